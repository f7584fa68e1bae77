import * as api from "./api.js";
import { Composer } from "./composer.js";
import { alertDialog, languageSelect } from "./dialogs.js";
import { h } from "./dom.js";
import { dropZone } from "./drop-zone.js";
import { inLanguage } from "./format.js";
import { nameIt, say } from "./i18n.js";
import { MessageList } from "./message-list.js";
import { Toasts } from "./toast.js";
import { openViewer } from "./viewer.js";
import { welcome } from "./welcome.js";

const HUES = 6;

/** One person's chat with the bot. */
export class ChatColumn {
  #pending = new Set();
  #state;

  constructor(state, chatId) {
    this.#state = state;
    this.chatId = chatId;
    this.toasts = new Toasts();
    this.messages = new MessageList(() => this.#messageContext());
    this.composer = new Composer({
      onSend: async (content) => state.putMessage(chatId, await api.send(chatId, content)),
      commands: () => inLanguage(state.bot?.commands, this.#chat.language) ?? [],
      notify: (note, kind) => this.toasts.show(note, kind),
    });
    this.welcome = h("div", { class: "welcome-area" });
    this.action = h("p", { class: "action", role: "status", hidden: true });
    this.element = h(
      "section",
      { class: "column", dataset: { chatId } },
      this.#header(),
      h("div", { class: "column-body" }, this.messages.element, this.welcome, this.toasts.element),
      this.action,
      this.composer.element,
    );
    dropZone(this.element, (files, kind) => this.composer.stage(files, kind));
    this.showChat();
    this.reset();
  }

  get #chat() {
    return this.#state.chat(this.chatId) ?? { name: "", language: "en" };
  }

  /** Shows the chat's name and language, and the bot's description, anew. */
  showChat() {
    const { name, language } = this.#chat;
    this.element.setAttribute("aria-label", name);
    this.avatar.textContent = [...name][0] ?? "?";
    this.avatar.dataset.hue = this.chatId % HUES;
    this.title.textContent = name;
    this.language.value = language;
    this.showWelcome();
  }

  showWelcome() {
    this.welcome.hidden = !this.messages.isEmpty;
    this.welcome.replaceChildren(
      welcome(this.#state.bot, this.#chat.language, () => this.composer.sendText("/start")),
    );
  }

  reset() {
    this.messages.reset(this.#state.messages(this.chatId));
    this.showWelcome();
  }

  put(message) {
    this.messages.put(message);
    this.welcome.hidden = true;
  }

  remove(messageId) {
    this.messages.remove(messageId);
    this.showWelcome();
  }

  showAction(action) {
    this.action.hidden = !action;
    const known = ["typing", "upload_photo", "upload_document", "upload_video"].includes(action);
    if (action)
      this.action.replaceChildren(
        h("span", { class: "dots", "aria-hidden": "true" }),
        say(h("span", {}), { text: known ? action : "busy" }),
      );
  }

  #header() {
    this.avatar = h("span", { class: "avatar", "aria-hidden": "true" });
    this.title = h("h2", { class: "column-title" });
    this.language = nameIt(languageSelect(this.#chat.language), "chatLanguage");
    this.language.addEventListener("change", () =>
      this.#try(async () =>
        this.#state.putChat(await api.setChatLanguage(this.chatId, this.language.value)),
      ),
    );
    return h("header", { class: "column-head" }, this.avatar, this.title, this.language);
  }

  #messageContext() {
    return {
      find: (messageId) => this.#state.message(this.chatId, messageId),
      botName: this.#state.bot?.name,
      isPending: (messageId, data) => this.#pending.has(`${messageId} ${data}`),
      actions: {
        onPress: (messageId, data) => this.#press(messageId, data),
        onCommand: (command) => this.composer.sendText(command),
        onDelete: (messageId) =>
          this.#try(async () => {
            await api.deleteMessage(this.chatId, messageId);
            this.#state.removeMessage(this.chatId, messageId);
          }),
        onGoTo: (messageId) => this.messages.goTo(messageId),
        onView: openViewer,
      },
    };
  }

  async #press(messageId, data) {
    const key = `${messageId} ${data}`;
    this.#pending.add(key);
    this.#showAgain(messageId);
    const answer = await this.#try(() => api.press(this.chatId, messageId, data));
    // The button is itself again before a dialog opens, which gives the focus back to it.
    this.#pending.delete(key);
    this.#showAgain(messageId);
    if (answer?.timeout) this.toasts.show({ key: "noAnswer" }, "error");
    else if (answer?.text && answer.show_alert) alertDialog(answer.text);
    else if (answer?.text) this.toasts.show(answer.text);
  }

  #showAgain(messageId) {
    const message = this.#state.message(this.chatId, messageId);
    if (message) this.messages.put(message);
  }

  async #try(work) {
    try {
      return await work();
    } catch (error) {
      this.toasts.show(error.message, "error");
      return undefined;
    }
  }
}
