import { h } from "./dom.js";
import { fileSize } from "./format.js";
import { nameIt, say } from "./i18n.js";
import { icon } from "./icons.js";

export const MAX_FILE_BYTES = 50_000_000;
const ALBUM_SIZE = 10;

/** The files that wait to be sent, each as a photo (a GIF as such) or as a file, together or one by one. */
export class Tray {
  #entries = [];

  /** @param {() => void} onChange called when files come, go or change their kind */
  constructor(onChange) {
    this.onChange = onChange;
    this.list = h("ul", { class: "tray" });
    this.together = h("input", { type: "checkbox", checked: true });
    this.togetherLabel = h(
      "label",
      { class: "together" },
      this.together,
      say(h("span", {}), { text: "asAlbum" }),
    );
    this.element = h("div", { hidden: true }, this.list, this.togetherLabel);
  }

  get isEmpty() {
    return this.#entries.length === 0;
  }

  /** What goes out next: {kind, entries}, several of one kind as an album. */
  get next() {
    const { kind } = this.#entries[0];
    const isSingle = kind === "animation" || !this.together.checked;
    const other = this.#entries.findIndex((entry) => entry.kind !== kind);
    const run = other < 0 ? this.#entries.length : other;
    return { kind, entries: this.#entries.slice(0, isSingle ? 1 : Math.min(run, ALBUM_SIZE)) };
  }

  add(file, kind) {
    const entry = {
      file,
      kind: kind === "photo" && file.type === "image/gif" ? "animation" : kind,
      url: file.type.startsWith("image/") ? URL.createObjectURL(file) : null,
    };
    entry.element = this.#render(entry);
    this.#entries.push(entry);
    this.list.append(entry.element);
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
    this.togetherLabel.hidden = this.#entries.length < 2;
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
    const shown = entry.file.type === "image/gif" ? "animation" : "photo";
    const select = h(
      "select",
      { class: "tray-kind" },
      option(shown, shown === "photo" ? "asPhoto" : "asGif"),
      option("document", "asFile"),
    );
    select.addEventListener("change", () => (entry.kind = select.value));
    return say(select, { "aria-label": ["sendAs", { name: entry.file.name }] });
  }
}
