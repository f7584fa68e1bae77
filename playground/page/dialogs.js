import { h } from "./dom.js";
import { languages, pageLanguage, say, t } from "./i18n.js";

const NAMES = {
  es: ["Alicia", "Bruno", "Clara", "Diego", "Elena", "Hugo"],
  "pt-br": ["Alice", "Bruno", "Clara", "Davi", "Elisa", "Hugo"],
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

/** Asks whether to go on; both words are keys of texts. */
export function confirmDialog(help, yes, onYes) {
  const dialog = formDialog(help, [], yes, onYes);
  dialog.setAttribute("role", "alertdialog");
}

/** Asks where to forward something. */
export function forwardDialog(chats, onChoose) {
  const dialog = h("dialog", { class: "dialog", "aria-labelledby": "dialog-title" });
  const choose = (chat) => () => {
    dialog.close();
    onChoose(chat);
  };
  dialog.append(
    say(h("h2", { id: "dialog-title" }), { text: "forwardTo" }),
    h(
      "div",
      { class: "choices" },
      ...chats.map((chat) =>
        h("button", { type: "button", class: "button", on: { click: choose(chat) } }, chat.name),
      ),
    ),
    h("div", { class: "dialog-actions" }, cancelButton(dialog)),
  );
  open(dialog);
}

/** A name for the `count`-th chat in `language`. */
export function suggestedName(language, count) {
  const names = NAMES[language] ?? NAMES.en;
  const round = Math.floor(count / names.length);
  return names[count % names.length] + (round ? ` ${round + 1}` : "");
}

export function languageName(language) {
  const name = new Intl.DisplayNames([language], { type: "language" }).of(language);
  return name.charAt(0).toUpperCase() + name.slice(1);
}

// What a person's Telegram may be set to: what the page speaks, and a language that it does not.
const PERSON_LANGUAGES = [...languages, "de"];

/** A select of the languages a person may speak. */
export function languageSelect(selected) {
  const select = h("select", {}, ...PERSON_LANGUAGES.map(languageOption));
  showLanguage(select, selected);
  return select;
}

function languageOption(language) {
  return h("option", { value: language }, languageName(language));
}

/** Selects a language, one that the list has not, too. */
export function showLanguage(select, language) {
  if (![...select.options].some((option) => option.value === language))
    select.append(languageOption(language));
  select.value = language;
}

function cancelButton(dialog) {
  const close = () => dialog.close();
  return say(h("button", { type: "button", class: "button", on: { click: close } }), {
    text: "cancel",
  });
}

// A form with a title, fields and two buttons; `onYes` is called when it is sent.
function formDialog(title, fields, yes, onYes) {
  const dialog = h("dialog", { class: "dialog", "aria-labelledby": "dialog-title" });
  dialog.append(
    h(
      "form",
      { method: "dialog" },
      say(h("h2", { id: "dialog-title" }), { text: title }),
      ...fields,
      h(
        "div",
        { class: "dialog-actions" },
        cancelButton(dialog),
        say(h("button", { type: "submit", class: "button button-primary", value: "yes" }), {
          text: yes,
        }),
      ),
    ),
  );
  dialog.addEventListener("close", () => dialog.returnValue === "yes" && onYes());
  open(dialog);
  return dialog;
}

function nameInput() {
  return h("input", {
    type: "text",
    required: true,
    maxlength: "64",
    autocomplete: "off",
    autofocus: true,
  });
}

function field(key, input) {
  return h("label", { class: "field" }, say(h("span", {}), { text: key }), input);
}

/**
 * Asks for a new person's name and language.
 *
 * @param {number} count how many people there are already
 * @param {(name: string, language: string) => void} onAdd
 * @param {() => void} onGroup called when a group is wanted instead
 */
export function newChatDialog(count, onAdd, onGroup) {
  const language = languageSelect(pageLanguage());
  const name = nameInput();
  const suggest = () => {
    if (!name.dataset.typed) name.value = suggestedName(language.value, count);
  };
  name.addEventListener("input", () => (name.dataset.typed = "yes"));
  language.addEventListener("change", suggest);
  suggest();
  const toGroup = say(h("button", { type: "button", class: "button button-wide" }), {
    text: "newGroupInstead",
  });
  const fields = [
    say(h("p", { class: "dialog-help" }), { text: "newChatHelp" }),
    field("name", name),
    field("language", language),
    toGroup,
  ];
  const add = () => name.value.trim() && onAdd(name.value.trim(), language.value);
  const dialog = formDialog("newChat", fields, "add", add);
  toGroup.addEventListener("click", () => {
    dialog.close();
    onGroup();
  });
  name.select();
}

/**
 * Asks for a new group's name and members; one who is not there yet may be among them.
 *
 * @param {Array<{id: number, name: string}>} people
 * @param {(title: string, people: Array<{id: ?number, name: string}>) => void} onAdd
 */
export function newGroupDialog(people, onAdd) {
  const title = nameInput();
  title.value = t("groupName");
  const newcomer = { id: null, name: suggestedName(pageLanguage(), people.length) };
  const candidates = people.length < 2 ? [...people, newcomer] : people;
  const boxes = candidates.map(() => h("input", { type: "checkbox", checked: true }));
  const rows = candidates.map((person, index) =>
    h("label", { class: "check" }, boxes[index], h("span", {}, person.name)),
  );
  const fields = [
    say(h("p", { class: "dialog-help" }), { text: "newGroupHelp" }),
    field("name", title),
    h("fieldset", { class: "choices" }, say(h("legend", {}), { text: "members" }), ...rows),
  ];
  formDialog("newGroup", fields, "add", () => {
    const members = candidates.filter((_, index) => boxes[index].checked);
    if (title.value.trim() && members.length) onAdd(title.value.trim(), members);
  });
  title.select();
}
