import { fileUrl } from "./api.js";
import { languageName } from "./dialogs.js";
import { h } from "./dom.js";
import {
  choosePageLanguage,
  languages,
  nameIt,
  onPageLanguage,
  pageLanguage,
  say,
} from "./i18n.js";
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
        on: { click: () => choosePageLanguage(language) },
      },
      language.slice(0, 2).toUpperCase(),
    ),
  );
  onPageLanguage((language) =>
    buttons.forEach((button) =>
      button.setAttribute("aria-pressed", String(button.lang === language)),
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
  const picture = h("img", { src: "/static/logo.svg", alt: "", width: "36", height: "36" });
  const showStatus = () => {
    const { online, bot } = state;
    if (!bot) return;
    const connected = online !== false && bot.connected;
    status.dataset.connected = connected;
    say(status, {
      text: connected ? "connected" : online === false ? "offline" : `bot_${bot.problem}`,
    });
  };
  state.on("bot", (bot) => {
    name.textContent = bot.name;
    picture.src = bot.photo ? fileUrl(bot.photo) : "/static/logo.svg";
    showStatus();
  });
  state.on("online", showStatus);
  return h(
    "header",
    { class: "top-bar" },
    picture,
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
