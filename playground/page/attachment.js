import { downloadUrl, fileUrl } from "./api.js";
import { h, reducesMotion } from "./dom.js";
import { fileSize } from "./format.js";
import { nameIt, say } from "./i18n.js";
import { icon } from "./icons.js";
import { pictureOf, previewSize } from "./pictures.js";

/** An image that says so when its bytes are no longer kept. */
export function keptImage(attributes) {
  const image = h("img", { decoding: "async", alt: "", ...attributes });
  image.addEventListener("error", () => {
    image.replaceWith(say(h("span", { class: "picture-gone" }), { text: "pictureGone" }));
  });
  return image;
}

// A still for people who asked for less motion; the viewer, which they open themselves, moves.
function animationView(animation, onOpen) {
  const { thumbnail, file_id: id, mime_type: type, width, height } = animation;
  const still = reducesMotion() || type !== "image/gif";
  const source = still ? thumbnail?.file_id : id;
  const shown = source
    ? keptImage({ src: fileUrl(source), width, height })
    : h("span", { class: "picture-gone" }, icon("video"));
  const badge = h("span", { class: "gif-badge", "aria-hidden": "true" }, "GIF");
  return nameIt(
    h("button", { type: "button", class: "photo", on: { click: onOpen } }, shown, badge),
    "openGif",
  );
}

function photoView(message, onOpen) {
  const size = previewSize(message.photo);
  const image = keptImage({ src: fileUrl(size.file_id), width: size.width, height: size.height });
  return nameIt(
    h("button", { type: "button", class: "photo", on: { click: onOpen } }, image),
    "openPicture",
  );
}

/** A file: its preview or icon, its name and its size. */
export function documentView(file, picture, onOpen) {
  const name = file.file_name ?? "file";
  const previewId = file.thumbnail?.file_id ?? (picture ? file.file_id : null);
  const preview = previewId
    ? keptImage({ src: fileUrl(previewId), loading: "lazy" })
    : icon("file");
  const front = picture
    ? nameIt(h("button", { type: "button", class: "file-front", on: { click: onOpen } }, preview), [
        "openNamed",
        { name },
      ])
    : h("span", { class: "file-front" }, preview);
  return h(
    "div",
    { class: "file" },
    front,
    h(
      "div",
      { class: "file-words" },
      h("span", { class: "file-name", title: name }, name),
      say(h("small", {}), { text: () => fileSize(file.file_size ?? 0) }),
    ),
  );
}

/**
 * What can be done with a message's picture or file, or null when it has none.
 *
 * @param {Object} message
 * @param {Object|null} original the person's picture that this one was made from
 * @param {() => void} onCompare
 */
export function toolsFor(message, original, onCompare) {
  const picture = pictureOf(message);
  if (!picture && !message.document) return null;
  const download = message.document ? downloadUrl(message.document.file_id) : picture.download;
  const name = message.document?.file_name ?? "";
  const link = nameIt(
    h(
      "a",
      { class: "tool tool-download", href: download, download: name },
      icon("download"),
      say(h("span", {}), { text: "download" }),
    ),
    name ? ["downloadNamed", { name }] : "download",
  );
  const compare =
    original && picture
      ? say(
          h(
            "button",
            { type: "button", class: "tool", on: { click: onCompare } },
            icon("compare"),
            say(h("span", {}), { text: "compare" }),
          ),
          { title: "compareHint" },
        )
      : null;
  return h("div", { class: "tools" }, compare, link);
}

/**
 * What a message carries beside its text: photo, file, or a named stand-in for other kinds; null for text.
 *
 * @param {Object} message
 * @param {() => void} onOpen called when the picture is tapped
 */
export function attachmentView(message, onOpen) {
  if (message.photo?.length) return photoView(message, onOpen);
  if (message.animation?.width) return animationView(message.animation, onOpen);
  if (message.document) return documentView(message.document, pictureOf(message), onOpen);
  const kind = ["sticker", "voice", "video"].find((name) => message[name]);
  if (kind) return h("p", { class: "stand-in" }, icon(kind), say(h("span", {}), { text: kind }));
  return message.text === undefined
    ? say(h("p", { class: "stand-in" }), { text: "unsupported" })
    : null;
}
