import { fileUrl } from "./api.js";
import { h } from "./dom.js";
import { say, t } from "./i18n.js";

const KINDS = ["photo", "document", "sticker", "voice", "video"];
const SNIPPET_LENGTH = 120;

function smallPictureId(message) {
  if (message.photo?.length)
    return message.photo.reduce((a, b) => (a.width < b.width ? a : b)).file_id;
  return message.document?.thumbnail?.file_id;
}

function snippet(message) {
  const words = message.text ?? message.caption ?? message.document?.file_name;
  if (words) return h("span", { class: "quote-text" }, words.slice(0, SNIPPET_LENGTH));
  const kind = KINDS.find((name) => message[name]) ?? "unsupported";
  return say(h("span", { class: "quote-text" }), { text: kind });
}

/** The line above a reply that shows what it replies to; a tap goes there. */
export function replyQuote(message, botName, onGo) {
  const author = message.from?.is_bot
    ? h("strong", {}, botName ?? t("bot"))
    : say(h("strong", {}), { text: "you" });
  const pictureId = smallPictureId(message);
  const picture =
    pictureId && h("img", { src: fileUrl(pictureId), alt: "", class: "quote-picture" });
  picture?.addEventListener("error", () => picture.remove());
  return h(
    "button",
    { type: "button", class: "quote", on: { click: onGo } },
    picture,
    h("span", { class: "quote-words" }, author, snippet(message)),
  );
}
