import { ChatColumn } from "./chat-column.js";
import { h } from "./dom.js";
import { onPageLanguage, say } from "./i18n.js";

/** All chats: columns side by side, or on a narrow screen one at a time behind tabs. */
export class Deck {
  #state;
  #columns = new Map();
  #tabs = new Map();
  #unread = new Map();
  activeId = null;

  constructor(state) {
    this.#state = state;
    this.tabs = say(h("nav", { class: "tabs" }), { "aria-label": "chats" });
    this.columns = h("main", { class: "deck" });
    state.on("chats", (chats) => this.#showChats(chats));
    state.on("chat", (chat) => this.#showChat(chat));
    state.on("bot", () => this.#columns.forEach((column) => column.showWelcome()));
    state.on("reset", ({ chatId }) => this.#columns.get(chatId)?.reset());
    state.on("deleted", ({ chatId, messageId }) => this.#columns.get(chatId)?.remove(messageId));
    state.on("action", ({ chatId, action }) => this.#columns.get(chatId)?.showAction(action));
    state.on("message", (event) => this.#showMessage(event));
    onPageLanguage(() => this.#columns.forEach((column) => column.showChat()));
    document.addEventListener("paste", (event) => this.#paste(event));
  }

  activate(chatId) {
    this.activeId = chatId;
    this.#unread.delete(chatId);
    for (const [id, column] of this.#columns)
      column.element.classList.toggle("column-active", id === chatId);
    for (const id of this.#tabs.keys()) this.#showTab(id);
  }

  /** Brings a chat into view and puts the cursor into it. */
  goTo(chatId) {
    this.activate(chatId);
    const column = this.#columns.get(chatId);
    column?.element.scrollIntoView({ inline: "nearest", block: "nearest" });
    column?.composer.box.focus({ preventScroll: true });
  }

  /** Has the person in view asked whether to follow a link to the bot. */
  offerStart(payload) {
    this.#columns.get(this.activeId)?.offerStart(payload);
  }

  #showChats(chats) {
    const ids = new Set(chats.map((chat) => chat.id));
    for (const id of [...this.#columns.keys()].filter((known) => !ids.has(known))) {
      this.#columns.get(id).element.remove();
      this.#tabs.get(id).remove();
      this.#columns.delete(id);
      this.#tabs.delete(id);
    }
    for (const id of [...ids].filter((wanted) => !this.#columns.has(wanted))) this.#add(id);
    this.columns.dataset.count = this.#columns.size;
    this.tabs.hidden = this.#columns.size < 2;
    if (!ids.has(this.activeId) && chats.length) this.activate(chats[0].id);
    // Whether people need a switch of their language depends on how many they are.
    this.#columns.forEach((column) => column.showChat());
  }

  #add(id) {
    const column = new ChatColumn(this.#state, id);
    column.element.addEventListener("focusin", () => this.activeId === id || this.activate(id));
    this.#columns.set(id, column);
    this.columns.append(column.element);
    const tab = h("button", {
      type: "button",
      class: "tab",
      on: { click: () => this.activate(id) },
    });
    this.#tabs.set(id, tab);
    this.tabs.append(tab);
    this.#showTab(id);
  }

  #showChat(chat) {
    this.#columns.get(chat.id)?.showChat();
    this.#showTab(chat.id);
  }

  #showTab(id) {
    const tab = this.#tabs.get(id);
    if (!tab) return;
    const unread = this.#unread.get(id) ?? 0;
    tab.replaceChildren(this.#state.chat(id)?.name ?? "");
    if (unread) {
      const badge = h("span", { class: "badge" }, String(unread));
      tab.append(say(badge, { "aria-label": ["unread", { count: unread }] }));
    }
    tab.setAttribute("aria-current", String(id === this.activeId));
  }

  #showMessage({ chatId, message, isNew }) {
    this.#columns.get(chatId)?.put(message);
    if (!isNew || chatId === this.activeId || !message.from?.is_bot) return;
    this.#unread.set(chatId, (this.#unread.get(chatId) ?? 0) + 1);
    this.#showTab(chatId);
  }

  // Pasted pictures go to the chat used last, wherever the focus is; pasted text stays the browser's affair.
  #paste(event) {
    const files = [...(event.clipboardData?.files ?? [])];
    const column = this.#columns.get(this.activeId);
    if (!files.length || !column || document.querySelector("dialog[open]")) return;
    event.preventDefault();
    column.composer.stage(files, "photo");
  }
}
