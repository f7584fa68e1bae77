import { fileUrl } from "./api.js";
import { h } from "./dom.js";
import { inLanguage } from "./format.js";
import { say } from "./i18n.js";

/** What an empty chat shows: who the bot is, what it can do in the person's language, and a way to begin. */
export function welcome(bot, language, onStart) {
  const description = inLanguage(bot?.description, language);
  const words = h("p", { class: "welcome-words", lang: language, dir: "auto" }, description ?? "");
  if (!description) say(words, { text: "noDescription" });
  return h(
    "div",
    { class: "welcome" },
    h("img", {
      src: bot?.photo ? fileUrl(bot.photo) : "/static/logo.svg",
      alt: "",
      class: "welcome-logo",
      width: "96",
      height: "96",
    }),
    h("h3", {}, bot?.name ?? ""),
    h("p", { class: "welcome-user" }, bot?.username ? `@${bot.username}` : ""),
    h("div", { class: "welcome-card" }, say(h("h4", {}), { text: "whatCanIt" }), words),
    say(
      h("button", {
        type: "button",
        class: "button button-primary button-large",
        on: { click: onStart },
      }),
      { text: "start" },
    ),
  );
}
