import { TEXTS } from "./texts.js";

const STORAGE_KEY = "playground.language";
const LANGUAGES = Object.keys(TEXTS);

let current = firstLanguage();
const bindings = new WeakMap();

function firstLanguage() {
  const wanted = [localStorage.getItem(STORAGE_KEY), navigator.language?.slice(0, 2)];
  return wanted.find((language) => LANGUAGES.includes(language)) ?? "en";
}

export const languages = LANGUAGES;

export const pageLanguage = () => current;

/** The page's words for `key` in its current language, with `{name}` filled in from `values`. */
export function t(key, values = {}) {
  const text = TEXTS[current][key] ?? TEXTS.en[key] ?? key;
  return text.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
}

/**
 * Ties words to an element, so that they follow the page's language.
 *
 * @param {Element} element
 * @param {Object<string, string|[string, Object]|function(): string>} words what to set ("text" or an
 *   attribute's name) to the key of a text, [key, values], or what a function makes
 * @returns {Element} the same element
 */
export function say(element, words) {
  bindings.set(element, { ...bindings.get(element), ...words });
  element.dataset.words = "";
  speak(element);
  return element;
}

function speak(element) {
  for (const [target, words] of Object.entries(bindings.get(element) ?? {})) {
    const text = typeof words === "function" ? words() : t(...[words].flat());
    if (target === "text") element.textContent = text;
    else element.setAttribute(target, text);
  }
}

/** Gives an icon button its spoken name and its tooltip. */
export const nameIt = (element, words) => say(element, { "aria-label": words, title: words });

/** Changes the language of the page and of everything on it that `say` has tied to words. */
export function setPageLanguage(language) {
  current = language;
  localStorage.setItem(STORAGE_KEY, language);
  document.documentElement.lang = language;
  document.title = t("title");
  document.querySelectorAll("[data-words]").forEach(speak);
  document.dispatchEvent(new CustomEvent("page-language", { detail: language }));
}
