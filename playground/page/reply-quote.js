import { fileUrl } from "./api.js";
import { h } from "./dom.js";
import { say, t } from "./i18n.js";

const KINDS = [
  ...["photo", "animation", "document", "sticker", "voice", "video"],
  ...["rich_message", "group_chat_created"],
];
const SNIPPET_LENGTH = 120;

function smallPictureId(message) {
  if (message.photo?.length)
    return message.photo.reduce((a, b) => (a.width < b.width ? a : b)).file_id;
  return (message.animation ?? message.document)?.thumbnail?.file_id;
}

function snippet(message) {
  const words = message.text ?? message.caption ?? message.document?.file_name;
  if (words) return h("span", { class: "quote-text" }, words.slice(0, SNIPPET_LENGTH));
  const kind = KINDS.find((name) => message[name]) ?? "unsupported";
  return say(h("span", { class: "quote-text" }), { text: kind });
}

function author(message, { botName, isOwn }) {
  if (message.from?.is_bot) return h("strong", {}, botName ?? t("bot"));
  if (isOwn(message)) return say(h("strong", {}), { text: "you" });
  return h("strong", {}, message.from?.first_name ?? "");
}

/** A small picture of what a message shows, or null. */
export function smallPicture(message) {
  const id = smallPictureId(message);
  if (!id) return null;
  const picture = h("img", { src: fileUrl(id), alt: "", class: "quote-picture" });
  picture.addEventListener("error", () => picture.remove());
  return picture;
}

/**
 * Who wrote a message and how it begins, with a small picture of what it shows.
 *
 * @param {Object} message
 * @param {{botName: ?string, isOwn: function(Object): boolean}} context
 */
export function quoteParts(message, context) {
  return [
    smallPicture(message),
    h("span", { class: "quote-words" }, author(message, context), snippet(message)),
  ];
}

/** The line above a reply that shows what it replies to; a tap goes there. */
export function replyQuote(message, context, onGo) {
  return h(
    "button",
    { type: "button", class: "quote", on: { click: onGo } },
    ...quoteParts(message, context),
  );
}
