import { h } from "./dom.js";
import { languageName } from "./dialogs.js";
import { languages, nameIt, pageLanguage, say, setPageLanguage } from "./i18n.js";
import { icon } from "./icons.js";

function languageSwitch() {
  const buttons = languages.map((language) =>
    h(
      "button",
      {
        type: "button",
        class: "switch-option",
        lang: language,
        title: languageName(language),
        "aria-pressed": String(language === pageLanguage()),
        on: {
          click: () => {
            setPageLanguage(language);
            buttons.forEach((button) =>
              button.setAttribute("aria-pressed", String(button.lang === language)),
            );
          },
        },
      },
      language.toUpperCase(),
    ),
  );
  return say(h("div", { class: "switch", role: "group" }, ...buttons), {
    "aria-label": "pageLanguage",
  });
}

/** The head of the page: the bot, whether it is connected, the page's language, a way to add a chat. */
export function topBar(state, onAddChat) {
  const name = h("h1", { class: "bot-name" });
  const status = h("p", { class: "bot-status", role: "status" });
  state.on("bot", (bot) => {
    name.textContent = bot.name;
    status.dataset.connected = bot.connected && !bot.error;
    say(status, { text: bot.connected ? "connected" : "notConnected" });
  });
  return h(
    "header",
    { class: "top-bar" },
    h("img", { src: "/static/logo.svg", alt: "", width: "36", height: "36" }),
    h("div", { class: "bot-words" }, name, status),
    languageSwitch(),
    nameIt(
      h(
        "button",
        { type: "button", class: "button add-chat", on: { click: onAddChat } },
        icon("plus"),
        say(h("span", { class: "add-chat-words" }), { text: "addChat" }),
      ),
      "addChat",
    ),
  );
}
