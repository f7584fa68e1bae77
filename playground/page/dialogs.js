import { h } from "./dom.js";
import { languages, pageLanguage, say } from "./i18n.js";

const NAMES = {
  en: ["Alice", "Ben", "Clara", "Dan", "Emma", "Finn", "Grace", "Hugo"],
  ru: ["Алиса", "Борис", "Вера", "Глеб", "Дарья", "Егор", "Жанна", "Захар"],
};

function open(dialog) {
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

/** The bot's answer to a button that wants to be confirmed. */
export function alertDialog(text) {
  const ok = say(h("button", { class: "button button-primary", value: "ok", autofocus: true }), {
    text: "ok",
  });
  open(
    h(
      "dialog",
      { class: "dialog", role: "alertdialog", "aria-describedby": "alert-text" },
      h(
        "form",
        { method: "dialog" },
        h("p", { id: "alert-text", class: "dialog-text" }, text),
        h("div", { class: "dialog-actions" }, ok),
      ),
    ),
  );
}

/** A name for the `count`-th chat in `language`. */
export function suggestedName(language, count) {
  const names = NAMES[language];
  const round = Math.floor(count / names.length);
  return names[count % names.length] + (round ? ` ${round + 1}` : "");
}

export function languageName(language) {
  const name = new Intl.DisplayNames([language], { type: "language" }).of(language);
  return name.charAt(0).toUpperCase() + name.slice(1);
}

/** A select of the languages a person may speak. */
export function languageSelect(selected) {
  return h(
    "select",
    {},
    ...languages.map((language) =>
      h("option", { value: language, selected: language === selected }, languageName(language)),
    ),
  );
}

/**
 * Asks for a new person's name and language.
 *
 * @param {number} count how many chats there are already
 * @param {(name: string, language: string) => void} onAdd
 */
export function newChatDialog(count, onAdd) {
  const language = languageSelect(pageLanguage());
  const name = h("input", {
    type: "text",
    required: true,
    maxlength: "64",
    autocomplete: "off",
    autofocus: true,
  });
  const suggest = () => {
    if (!name.dataset.typed) name.value = suggestedName(language.value, count);
  };
  name.addEventListener("input", () => (name.dataset.typed = "yes"));
  language.addEventListener("change", suggest);
  suggest();

  const dialog = h(
    "dialog",
    { class: "dialog", "aria-labelledby": "new-chat-title" },
    h(
      "form",
      { method: "dialog" },
      say(h("h2", { id: "new-chat-title" }), { text: "newChat" }),
      say(h("p", { class: "dialog-help" }), { text: "newChatHelp" }),
      h("label", { class: "field" }, say(h("span", {}), { text: "name" }), name),
      h("label", { class: "field" }, say(h("span", {}), { text: "language" }), language),
      h(
        "div",
        { class: "dialog-actions" },
        say(h("button", { type: "button", class: "button", on: { click: () => dialog.close() } }), {
          text: "cancel",
        }),
        say(h("button", { type: "submit", class: "button button-primary", value: "add" }), {
          text: "add",
        }),
      ),
    ),
  );
  dialog.addEventListener("close", () => {
    if (dialog.returnValue === "add" && name.value.trim()) onAdd(name.value.trim(), language.value);
  });
  open(dialog);
  name.select();
}
