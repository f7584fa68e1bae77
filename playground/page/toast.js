import { h } from "./dom.js";
import { say } from "./i18n.js";

const SHOWN_MS = 4500;

/** What the page says of an ApiError; of another error, that something went wrong. */
export const problemNote = (error) => ({ key: `problem_${error.code ?? "refused"}` });

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
