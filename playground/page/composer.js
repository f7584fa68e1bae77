import { CommandMenu } from "./command-menu.js";
import { h } from "./dom.js";
import { nameIt, say } from "./i18n.js";
import { icon } from "./icons.js";
import { menuItem, popupMenu } from "./menu.js";
import { MAX_FILE_BYTES, Tray } from "./tray.js";

/** Where the person writes: text, files with a caption, commands. Enter sends, Shift+Enter breaks the line. */
export class Composer {
  #busy = false;

  /**
   * @param {Object} options
   * @param {(content: Object) => Promise} options.onSend gets what api.send takes
   * @param {() => Array} options.commands the bot's commands for this person
   * @param {(note: Object, kind: string) => void} options.notify
   */
  constructor({ onSend, commands, notify }) {
    this.onSend = onSend;
    this.notify = notify;
    this.box = h("textarea", {
      class: "box",
      rows: "1",
      enterkeyhint: "send",
      maxlength: "4096",
      dir: "auto",
    });
    this.sendButton = nameIt(
      h("button", { type: "submit", class: "icon-button send" }, icon("send")),
      "send",
    );
    this.tray = new Tray(() => this.#refresh());
    this.menu = new CommandMenu(this.box, commands, (command) => this.sendText(command));
    this.photoInput = this.#fileInput("photo", "image/*");
    this.documentInput = this.#fileInput("document", null);
    const attach = nameIt(
      h("button", { type: "button", class: "icon-button" }, icon("attach")),
      "attach",
    );
    this.element = h(
      "form",
      { class: "composer", novalidate: true },
      this.tray.element,
      this.menu.list,
      popupMenu(attach, () => this.#attachItems()),
      h(
        "div",
        { class: "composer-row" },
        attach,
        this.menu.button,
        this.box,
        this.sendButton,
        this.photoInput,
        this.documentInput,
      ),
    );
    this.#listen();
    this.#refresh();
  }

  /** Puts files into the tray. */
  stage(files, kind) {
    for (const file of files) {
      if (file.size > MAX_FILE_BYTES)
        this.notify({ key: "tooLarge", values: { name: file.name } }, "error");
      else
        this.tray.add(
          file,
          kind === "photo" && file.type && !file.type.startsWith("image/") ? "document" : kind,
        );
    }
    this.box.focus();
  }

  /** Sends a text at once, whatever is being written stays. */
  sendText(text) {
    if (this.box.value.startsWith("/")) this.#setText("");
    return this.#whileBusy(() => this.onSend({ kind: "text", text }));
  }

  #listen() {
    this.element.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
    this.box.addEventListener("input", () => this.#refresh());
    this.box.addEventListener("keydown", (event) => {
      const isSend = event.key === "Enter" && !event.shiftKey && !event.isComposing;
      if (this.menu.takeKey(event)) event.preventDefault();
      else if (isSend) {
        event.preventDefault();
        this.element.requestSubmit();
      }
    });
  }

  async #submit() {
    const text = this.box.value.trim();
    if (this.#busy || (this.tray.isEmpty && !text)) return;
    await this.#whileBusy(async () => {
      if (this.tray.isEmpty) await this.onSend({ kind: "text", text });
      else await this.#sendTray(text);
      this.#setText("");
    });
    this.box.focus();
  }

  // A file leaves the tray once it is sent, so that a failure keeps the rest; the first has the caption.
  async #sendTray(caption) {
    let words = caption;
    while (!this.tray.isEmpty) {
      const entry = this.tray.first;
      await this.onSend({ kind: entry.kind, file: entry.file, caption: words });
      words = "";
      this.#setText("");
      this.tray.remove(entry);
    }
  }

  async #whileBusy(work) {
    this.#busy = true;
    this.#refresh();
    try {
      await work();
    } catch (error) {
      this.notify(error.message, "error");
    } finally {
      this.#busy = false;
      this.#refresh();
    }
  }

  #setText(text) {
    this.box.value = text;
    this.#refresh();
  }

  #refresh() {
    this.element.setAttribute("aria-busy", String(this.#busy));
    this.sendButton.disabled = this.#busy || (this.tray.isEmpty && !this.box.value.trim());
    const hint = this.tray.isEmpty ? "write" : "caption";
    say(this.box, { placeholder: hint, "aria-label": hint });
    this.box.style.height = "auto";
    if (this.box.value) this.box.style.height = `${this.box.scrollHeight}px`;
  }

  #fileInput(kind, accept) {
    const input = h("input", {
      type: "file",
      multiple: true,
      accept,
      hidden: true,
      tabindex: "-1",
      dataset: { kind },
    });
    input.addEventListener("change", () => {
      this.stage([...input.files], kind);
      input.value = "";
    });
    return input;
  }

  #attachItems() {
    const sample = (kind, title) =>
      menuItem({
        iconName: kind,
        title,
        hint: "sampleHint",
        onChoose: () => this.#whileBusy(() => this.onSend({ kind })),
      });
    return [
      menuItem({
        iconName: "photo",
        title: "attachPhoto",
        hint: "attachPhotoHint",
        onChoose: () => this.photoInput.click(),
      }),
      menuItem({
        iconName: "file",
        title: "attachFile",
        hint: "attachFileHint",
        onChoose: () => this.documentInput.click(),
      }),
      h("hr", {}),
      sample("sticker", "sendSticker"),
      sample("voice", "sendVoice"),
      sample("video", "sendVideo"),
    ];
  }
}
