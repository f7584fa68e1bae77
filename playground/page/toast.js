import { h } from "./dom.js";
import { say } from "./i18n.js";

const SHOWN_MS = 4500;

/** Short notes over a chat, read out by screen readers; they go by themselves. */
export class Toasts {
  constructor() {
    this.element = h("div", { class: "toasts", role: "status" });
  }

  /** @param {string|{key: string, values: Object}} note plain words, or a text of the page */
  show(note, kind = "info") {
    const toast = h("p", { class: `toast toast-${kind}` });
    if (typeof note === "string") toast.textContent = note;
    else say(toast, { text: [note.key, note.values] });
    this.element.append(toast);
    setTimeout(() => toast.remove(), SHOWN_MS);
  }
}
