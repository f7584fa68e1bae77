import { documentView, keptImage } from "./attachment.js";
import { downloadUrl, fileUrl } from "./api.js";
import { h } from "./dom.js";
import { nameIt } from "./i18n.js";
import { icon } from "./icons.js";
import { pictureOf, previewSize } from "./pictures.js";

function tile(message, index, count, onOpen) {
  const size = previewSize(message.photo);
  return nameIt(
    h(
      "button",
      { type: "button", class: "photo", on: { click: () => onOpen(message) } },
      keptImage({ src: fileUrl(size.file_id), width: size.width, height: size.height }),
    ),
    ["openOfAlbum", { number: index + 1, count }],
  );
}

function fileRow(message, onOpen) {
  const { file_id: id, file_name: name = "" } = message.document;
  const link = h("a", { class: "icon-button", href: downloadUrl(id), download: name });
  link.append(icon("download"));
  return h(
    "div",
    { class: "album-file" },
    documentView(message.document, pictureOf(message), () => onOpen(message)),
    nameIt(link, ["downloadNamed", { name }]),
  );
}

/**
 * Several photos as a grid, or several files as a list.
 *
 * @param {Array<Object>} messages those of one album, in order
 * @param {(message: Object) => void} onOpen
 */
export function albumView(messages, onOpen) {
  if (!messages.every((message) => message.photo?.length))
    return h("div", { class: "album-files" }, ...messages.map((one) => fileRow(one, onOpen)));
  const count = messages.length;
  return h(
    "div",
    { class: `album album-${count > 4 ? "threes" : "twos"}`, dataset: { rest: rest(count) } },
    ...messages.map((message, index) => tile(message, index, count, onOpen)),
  );
}

// How many photos are left over from whole rows: the first ones are made wider to fill theirs.
function rest(count) {
  return count % (count > 4 ? 3 : 2);
}
