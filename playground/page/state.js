import { Emitter } from "./emitter.js";

// Telegram shows a chat action for five seconds unless a message comes first.
const ACTION_LIFETIME_MS = 5000;

/**
 * What the page knows: the bot, the chats and their messages, and whether the playground answers.
 *
 * Emits "bot", "online", "chats" (the list), "chat" (one chat's name or language), "reset" (all messages of a
 * chat), "message" ({chatId, message, isNew}), "deleted" ({chatId, messageId}) and "action" ({chatId, action}).
 */
export class State extends Emitter {
  bot = null;
  online = null;
  #chats = new Map();
  #messages = new Map();
  #actionTimers = new Map();

  get chats() {
    return [...this.#chats.values()];
  }

  /** The people's own chats with the bot; the others are groups. */
  get people() {
    return this.chats.filter((chat) => chat.kind === "private");
  }

  chat(chatId) {
    return this.#chats.get(chatId);
  }

  messages(chatId) {
    return [...(this.#messages.get(chatId)?.values() ?? [])];
  }

  message(chatId, messageId) {
    return this.#messages.get(chatId)?.get(messageId);
  }

  /** The messages of an album, in order. */
  album(chatId, albumId) {
    return this.messages(chatId).filter((message) => message.media_group_id === albumId);
  }

  setOnline(online) {
    this.online = online;
    this.emit("online", online);
  }

  setBot(bot) {
    this.bot = bot;
    this.emit("bot", bot);
  }

  setChats(chats) {
    const kept = new Set(chats.map((chat) => chat.id));
    for (const id of this.#chats.keys()) {
      if (!kept.has(id)) this.#messages.delete(id);
    }
    this.#chats = new Map(chats.map((chat) => [chat.id, chat]));
    this.emit("chats", this.chats);
    for (const chat of this.chats) this.emit("chat", chat);
  }

  putChat(chat) {
    const isNew = !this.#chats.has(chat.id);
    this.#chats.set(chat.id, chat);
    if (isNew) this.emit("chats", this.chats);
    this.emit("chat", chat);
  }

  setMessages(chatId, messages) {
    this.#messages.set(chatId, new Map(messages.map((message) => [message.message_id, message])));
    this.emit("reset", { chatId });
  }

  putMessage(chatId, message) {
    if (!this.#messages.has(chatId)) this.#messages.set(chatId, new Map());
    const messages = this.#messages.get(chatId);
    const isNew = !messages.has(message.message_id);
    messages.set(message.message_id, message);
    // A status that has become a picture ends the action, too; one that shows progress does not.
    if (message.from?.is_bot && (isNew || !message.text)) this.setAction(chatId, null);
    this.emit("message", { chatId, message, isNew });
  }

  removeMessage(chatId, messageId) {
    if (this.#messages.get(chatId)?.delete(messageId)) this.emit("deleted", { chatId, messageId });
  }

  /** Shows what the bot is busy with (a Telegram chat action) until it expires; null ends it. */
  setAction(chatId, action) {
    clearTimeout(this.#actionTimers.get(chatId));
    if (action) {
      const timer = setTimeout(() => this.setAction(chatId, null), ACTION_LIFETIME_MS);
      this.#actionTimers.set(chatId, timer);
    }
    this.emit("action", { chatId, action });
  }
}
