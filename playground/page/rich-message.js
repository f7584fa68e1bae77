import { keptImage, documentView } from "./attachment.js";
import { fileUrl } from "./api.js";
import { h, scrollBehaviour } from "./dom.js";
import { nameIt, say } from "./i18n.js";
import { icon } from "./icons.js";
import { pictureOf, pictureOfPhoto, previewSize } from "./pictures.js";

const TAGS = {
  bold: "strong",
  italic: "em",
  underline: "u",
  strikethrough: "s",
  code: "code",
  marked: "mark",
  subscript: "sub",
  superscript: "sup",
};

/** Telegram's RichText: a text, a list, or one that is marked. */
function richText(text) {
  if (text === undefined || typeof text === "string") return [text ?? ""];
  if (Array.isArray(text)) return text.flatMap(richText);
  return [h(TAGS[text.type] ?? "span", {}, ...richText(text.text))];
}

function caption({ caption: given }) {
  return given && h("figcaption", {}, ...richText(given.text));
}

function slideshow(block, onView) {
  const slides = h(
    "div",
    { class: "slides", tabindex: "0" },
    ...block.blocks.map((inner) => blockView(inner, onView)),
  );
  const place = h("span", { class: "slides-place" });
  const index = () => Math.round(slides.scrollLeft / Math.max(1, slides.clientWidth));
  const show = () => (place.textContent = `${index() + 1} / ${block.blocks.length}`);
  const go = (step) =>
    slides.scrollTo({
      left: (index() + step) * slides.clientWidth,
      behavior: scrollBehaviour(),
    });
  const turn = (iconName, key, step) =>
    nameIt(
      h(
        "button",
        { type: "button", class: "icon-button", on: { click: () => go(step) } },
        icon(iconName),
      ),
      key,
    );
  slides.addEventListener("scroll", show, { passive: true });
  show();
  return h(
    "figure",
    { class: "slideshow" },
    say(slides, { "aria-label": "slideshow" }),
    h(
      "div",
      { class: "slides-bar" },
      turn("left", "previous", -1),
      place,
      turn("right", "next", 1),
    ),
    caption(block),
  );
}

function photo(block, onView) {
  const size = previewSize(block.photo);
  const open = () => onView({ after: pictureOfPhoto(block.photo), before: null, mode: "single" });
  const image = keptImage({ src: fileUrl(size.file_id), width: size.width, height: size.height });
  const button = h("button", { type: "button", class: "photo", on: { click: open } }, image);
  return h("figure", {}, nameIt(button, "openPicture"), caption(block));
}

function blockView(block, onView) {
  switch (block.type) {
    case "heading":
      return h("h3", { class: "rich-heading" }, ...richText(block.text));
    case "divider":
      return h("hr");
    case "photo":
      return photo(block, onView);
    case "document":
      return documentView(block.document, pictureOf(block), () =>
        onView({ after: pictureOf(block), before: null, mode: "single" }),
      );
    case "slideshow":
      return slideshow(block, onView);
    case "collage":
      return h(
        "figure",
        {},
        h("div", { class: "album album-twos" }, ...block.blocks.map((b) => blockView(b, onView))),
        caption(block),
      );
    default:
      return h("p", { class: block.type }, ...richText(block.text));
  }
}

/**
 * A message made of blocks.
 *
 * @param {{blocks: Array<Object>, is_rtl: boolean}} message
 * @param {(options: Object) => void} onView opens a picture, as openViewer does
 */
export function richMessageView(message, onView) {
  return h(
    "div",
    { class: "rich words", dir: message.is_rtl ? "rtl" : "auto" },
    ...message.blocks.map((block) => blockView(block, onView)),
  );
}
