import * as api from "./api.js";
import { Composer } from "./composer.js";
import { payloadOf } from "./deep-link.js";
import {
  alertDialog,
  confirmDialog,
  forwardDialog,
  languageSelect,
  showLanguage,
} from "./dialogs.js";
import { h } from "./dom.js";
import { dropZone } from "./drop-zone.js";
import { isOneLanguage } from "./first-language.js";
import { inLanguage } from "./format.js";
import { nameIt, say } from "./i18n.js";
import { icon } from "./icons.js";
import { MessageList } from "./message-list.js";
import { StartBar } from "./start-bar.js";
import { problemNote, Toasts } from "./toast.js";
import { openViewer } from "./viewer.js";
import { welcome } from "./welcome.js";

const HUES = 6;
const ACTIONS = ["typing", "upload_photo", "upload_document", "upload_video"];

/** One person's chat with the bot. */
export class ChatColumn {
  #pending = new Set();
  #state;
  #speaker = null;

  constructor(state, chatId) {
    this.#state = state;
    this.chatId = chatId;
    this.toasts = new Toasts();
    this.messages = new MessageList(() => this.#messageContext());
    this.composer = new Composer({
      onSend: (content, transfer) => this.#send(content, transfer),
      commands: () => inLanguage(this.#commands, this.#language) ?? [],
      quoting: () => this.#messageContext(),
      notify: (note, kind) => this.toasts.show(note, kind),
    });
    this.welcome = h("div", { class: "welcome-area" });
    this.action = h("p", { class: "action", role: "status", hidden: true });
    this.startBar = new StartBar((payload) => this.#start(payload));
    this.element = h(
      "section",
      { class: "column", dataset: { chatId } },
      this.#header(),
      h("div", { class: "column-body" }, this.messages.element, this.welcome, this.toasts.element),
      this.action,
      this.startBar.element,
      this.composer.element,
    );
    this.element.addEventListener("click", (event) => this.#followLink(event));
    dropZone(this.element, (files, kind) => this.composer.stage(files, kind));
    this.showChat();
    this.reset();
  }

  get #chat() {
    return this.#state.chat(this.chatId) ?? { name: "", language: "en", kind: "private" };
  }

  get #isGroup() {
    return this.#chat.kind !== "private";
  }

  /** Who writes here: the person, or the member of the group that was chosen. */
  get #speakerId() {
    return this.#isGroup ? (this.#speaker ?? this.#chat.members[0]) : this.chatId;
  }

  get #language() {
    return this.#state.chat(this.#speakerId)?.language ?? "en";
  }

  get #commands() {
    return this.#isGroup ? this.#state.bot?.group_commands : this.#state.bot?.commands;
  }

  /** Shows the chat's name and language, and the bot's description, anew. */
  showChat() {
    const { name, language } = this.#chat;
    this.element.setAttribute("aria-label", name);
    this.avatar.replaceChildren(this.#isGroup ? icon("people") : ([...name][0] ?? "?"));
    this.avatar.dataset.hue = Math.abs(this.chatId) % HUES;
    this.title.textContent = name;
    this.language.hidden = this.#isGroup || isOneLanguage(this.#state);
    if (!this.#isGroup) showLanguage(this.language, language);
    this.speakers.replaceChildren(...this.#speakerButtons());
    this.showWelcome();
  }

  showWelcome() {
    const isEmpty = this.messages.isEmpty;
    this.welcome.hidden = !isEmpty;
    this.clear.hidden = isEmpty;
    this.startBar.element.hidden = isEmpty || !this.startBar.payload;
    this.welcome.replaceChildren(
      welcome(this.#state.bot, this.#language, () => this.#start(this.startBar.payload)),
    );
  }

  /** Has the person asked whether to follow a link to the bot. */
  offerStart(payload) {
    this.startBar.payload = payload;
    this.showWelcome();
  }

  reset() {
    this.messages.reset(this.#state.messages(this.chatId));
    this.showWelcome();
  }

  put(message) {
    const wasEmpty = this.messages.isEmpty;
    this.messages.put(message);
    if (wasEmpty) this.showWelcome();
  }

  remove(messageId) {
    this.messages.remove(messageId);
    this.showWelcome();
  }

  showAction(action) {
    this.action.hidden = !action;
    const known = ACTIONS.includes(action);
    if (action)
      this.action.replaceChildren(
        h("span", { class: "dots", "aria-hidden": "true" }),
        say(h("span", {}), { text: known ? action : "busy" }),
      );
  }

  #header() {
    this.avatar = h("span", { class: "avatar", "aria-hidden": "true" });
    this.title = h("h2", { class: "column-title" });
    this.language = nameIt(languageSelect(this.#language), "chatLanguage");
    this.language.addEventListener("change", () =>
      this.#try(async () =>
        this.#state.putChat(await api.setChatLanguage(this.chatId, this.language.value)),
      ),
    );
    this.speakers = say(h("div", { class: "switch", role: "group" }), { "aria-label": "speaker" });
    this.speakers.hidden = !this.#isGroup;
    this.clear = nameIt(
      h("button", { type: "button", class: "icon-button" }, icon("broom")),
      "clearChat",
    );
    this.clear.addEventListener("click", () =>
      confirmDialog("clearChatHelp", "clearChat", () =>
        this.#try(() => api.clearChat(this.chatId)),
      ),
    );
    return h(
      "header",
      { class: "column-head" },
      this.avatar,
      this.title,
      this.speakers,
      this.language,
      this.clear,
    );
  }

  #speakerButtons() {
    const choose = (id) => () => {
      this.#speaker = id;
      this.showChat();
      this.reset();
      this.speakers.querySelector("[aria-pressed=true]").focus();
    };
    return (this.#chat.members ?? []).map((id) =>
      h(
        "button",
        {
          type: "button",
          class: "switch-option",
          "aria-pressed": String(id === this.#speakerId),
          on: { click: choose(id) },
        },
        this.#state.chat(id)?.name ?? "?",
      ),
    );
  }

  #start(payload) {
    this.offerStart(null);
    return this.composer.sendText(payload ? `/start ${payload}` : "/start");
  }

  // A link to the bot itself opens no page: it asks the person to press START.
  #followLink(event) {
    const href = event.target.closest?.("a[href]")?.href;
    const payload = href && payloadOf(href, this.#state.bot?.username);
    if (!payload) return;
    event.preventDefault();
    this.offerStart(payload);
  }

  async #send(content, transfer) {
    const sent = await api.send(this.chatId, { ...content, as: this.#speakerId }, transfer);
    sent.forEach((message) => this.#state.putMessage(this.chatId, message));
  }

  #forward(messages) {
    forwardDialog(this.#state.chats, (chat) =>
      this.#try(async () => {
        const messageIds = messages.map((message) => message.message_id);
        const as = chat.id === this.chatId ? this.#speakerId : (chat.members?.[0] ?? chat.id);
        const content = { kind: "forward", fromChat: this.chatId, messageIds, as };
        for (const message of await api.send(chat.id, content))
          this.#state.putMessage(chat.id, message);
        this.toasts.show({ key: "forwardedTo", values: { name: chat.name } });
      }),
    );
  }

  #messageContext() {
    return {
      find: (messageId) => this.#state.message(this.chatId, messageId),
      album: (albumId) => this.#state.album(this.chatId, albumId),
      botName: this.#state.bot?.name,
      isOwn: (message) => message.from?.id === this.#speakerId,
      isGroup: this.#isGroup,
      isPending: (messageId, data) => this.#pending.has(`${messageId} ${data}`),
      actions: {
        onPress: (messageId, data) => this.#press(messageId, data),
        onCommand: (command) => this.composer.sendText(command),
        onReply: (messages) => this.composer.replyTo(messages),
        onForward: (messages) => this.#forward(messages),
        onDelete: (messages) => this.#try(() => this.#delete(messages)),
        onGoTo: (messageId) => this.messages.goTo(messageId),
        onView: openViewer,
      },
    };
  }

  async #delete(messages) {
    for (const { message_id: id } of messages) {
      await api.deleteMessage(this.chatId, id);
      this.#state.removeMessage(this.chatId, id);
    }
  }

  async #press(messageId, data) {
    const key = `${messageId} ${data}`;
    this.#pending.add(key);
    this.#showAgain(messageId);
    const answer = await this.#try(() => api.press(this.chatId, messageId, data, this.#speakerId));
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
      this.toasts.show(problemNote(error), "error");
      return undefined;
    }
  }
}
