import { TEXTS } from "./texts.js";

const STORAGE_KEY = "playground.language";

export const languages = Object.keys(TEXTS);

let current = chosenLanguage() ?? browserLanguage();
const bindings = new WeakMap();
const listeners = [];

/** The language that somebody has chosen for this page, or null. */
export function chosenLanguage() {
  const stored = localStorage.getItem(STORAGE_KEY);
  return languages.includes(stored) ? stored : null;
}

function browserLanguage() {
  const wanted = navigator.language?.slice(0, 2);
  return languages.find((language) => language.slice(0, 2) === wanted) ?? "en";
}

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

/** Calls `listener` with the language whenever the page's changes. */
export const onPageLanguage = (listener) => listeners.push(listener);

/** Has the page, and everything on it that `say` has tied to words, speak a language. */
export function showPageLanguage(language = current) {
  const isNew = current !== language;
  current = language;
  document.documentElement.lang = language;
  document.title = t("title");
  document.querySelectorAll("[data-words]").forEach(speak);
  if (isNew) listeners.forEach((listener) => listener(language));
}

/** Changes the language of the page, for the next visit as well. */
export function choosePageLanguage(language) {
  localStorage.setItem(STORAGE_KEY, language);
  showPageLanguage(language);
}
