import { h } from "./dom.js";
import { fileSize } from "./format.js";
import { nameIt, say } from "./i18n.js";
import { icon } from "./icons.js";

export const MAX_FILE_BYTES = 50_000_000;

/** The files that wait to be sent, each as a photo or as a file. */
export class Tray {
  #entries = [];

  /** @param {() => void} onChange called when files come, go or change their kind */
  constructor(onChange) {
    this.onChange = onChange;
    this.element = h("ul", { class: "tray", hidden: true });
  }

  get isEmpty() {
    return this.#entries.length === 0;
  }

  /** The first waiting {file, kind}, or undefined. */
  get first() {
    return this.#entries[0];
  }

  add(file, kind) {
    const entry = {
      file,
      kind,
      url: file.type.startsWith("image/") ? URL.createObjectURL(file) : null,
    };
    entry.element = this.#render(entry);
    this.#entries.push(entry);
    this.element.append(entry.element);
    this.#changed();
  }

  remove(entry) {
    this.#entries = this.#entries.filter((other) => other !== entry);
    if (entry.url) URL.revokeObjectURL(entry.url);
    entry.element.remove();
    this.#changed();
  }

  #changed() {
    this.element.hidden = this.isEmpty;
    this.onChange();
  }

  #render(entry) {
    const { name, size } = entry.file;
    const preview = entry.url ? h("img", { src: entry.url, alt: "" }) : icon("file");
    // What the browser itself cannot show (a file of another kind) goes as it is.
    preview.addEventListener("error", () => preview.replaceWith(icon("file")));
    return h(
      "li",
      { class: "tray-entry" },
      h("span", { class: "tray-preview" }, preview),
      h(
        "span",
        { class: "tray-words" },
        h("span", { class: "file-name", title: name }, name),
        say(h("small", {}), { text: () => fileSize(size) }),
      ),
      this.#kindSelect(entry),
      nameIt(
        h(
          "button",
          { type: "button", class: "icon-button", on: { click: () => this.remove(entry) } },
          icon("close"),
        ),
        ["removeFile", { name }],
      ),
    );
  }

  #kindSelect(entry) {
    const option = (kind, key) =>
      say(h("option", { value: kind, selected: entry.kind === kind }), { text: key });
    const select = h(
      "select",
      { class: "tray-kind" },
      option("photo", "asPhoto"),
      option("document", "asFile"),
    );
    select.addEventListener("change", () => (entry.kind = select.value));
    return say(select, { "aria-label": ["sendAs", { name: entry.file.name }] });
  }
}
