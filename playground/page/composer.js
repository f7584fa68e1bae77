import { CommandMenu } from "./command-menu.js";
import { h } from "./dom.js";
import { nameIt, say } from "./i18n.js";
import { icon } from "./icons.js";
import { menuItem, popupMenu } from "./menu.js";
import { ReplyBar } from "./reply-bar.js";
import { problemNote } from "./toast.js";
import { TransferBar } from "./transfer-bar.js";
import { MAX_FILE_BYTES, Tray } from "./tray.js";

/** Where the person writes: text, files with a caption, commands. Enter sends, Shift+Enter breaks the line. */
export class Composer {
  #busy = false;

  /**
   * @param {Object} options
   * @param {(content: Object, transfer: ?Object) => Promise} options.onSend gets what api.send takes
   * @param {() => Array} options.commands the bot's commands for this person
   * @param {() => Object} options.quoting how messages are quoted: see quoteParts
   * @param {(note: Object, kind: string) => void} options.notify
   */
  constructor({ onSend, commands, quoting, notify }) {
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
    this.reply = new ReplyBar(quoting);
    this.transfer = new TransferBar();
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
      this.reply.element,
      this.tray.element,
      this.transfer.element,
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

  /** Has the next message answer another, or one of an album. */
  replyTo(messages) {
    this.reply.set(messages);
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
      else if (event.key === "Escape") this.reply.set([]);
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
      if (this.tray.isEmpty) await this.onSend({ kind: "text", text, replyTo: this.#replyId });
      else await this.transfer.during((transfer) => this.#sendTray(text, transfer));
      this.#setText("");
      this.reply.set([]);
    });
    this.box.focus();
  }

  get #replyId() {
    return this.reply.message?.message_id;
  }

  // Files leave the tray once they are sent, so that a failure keeps the rest; the first have the caption.
  async #sendTray(caption, transfer) {
    let words = caption;
    while (!this.tray.isEmpty) {
      const { kind, entries } = this.tray.next;
      const files = entries.map((entry) => entry.file);
      await this.onSend({ kind, files, caption: words, replyTo: this.#replyId }, transfer);
      words = "";
      this.#setText("");
      this.reply.set([]);
      entries.forEach((entry) => this.tray.remove(entry));
    }
  }

  async #whileBusy(work) {
    this.#busy = true;
    this.#refresh();
    try {
      await work();
    } catch (error) {
      this.notify(problemNote(error), "error");
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
