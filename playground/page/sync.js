import * as api from "./api.js";

/**
 * Keeps the state equal to the server's: a snapshot at every (re)connection, then the events.
 *
 * Events that arrive while a snapshot is being read wait for it, so that it cannot undo them.
 */
export class Sync {
  #state;
  #waiting = null;
  #round = 0;

  constructor(state, stream) {
    this.#state = state;
    stream.on("open", () => this.#takeSnapshot());
    stream.on("lost", () => state.setOnline(false));
    stream.on("event", (event) => (this.#waiting ? this.#waiting.push(event) : this.#apply(event)));
  }

  async #takeSnapshot() {
    const round = ++this.#round;
    this.#waiting = [];
    try {
      const [bot, chats] = await Promise.all([api.getBot(), api.getChats()]);
      const histories = await Promise.all(chats.map((chat) => api.getMessages(chat.id)));
      if (round !== this.#round) return;
      this.#state.setOnline(true);
      this.#state.setBot(bot);
      this.#state.setChats(chats);
      chats.forEach((chat, index) => this.#state.setMessages(chat.id, histories[index]));
      this.#state.emit("synced");
    } catch (error) {
      // The server went away in the middle: the stream's next opening takes another snapshot.
      console.warn("Snapshot not complete:", error.message);
    }
    if (round !== this.#round) return;
    const events = this.#waiting;
    this.#waiting = null;
    events.forEach((event) => this.#apply(event));
  }

  #apply(event) {
    switch (event.type) {
      case "message":
      case "edited":
        return this.#state.putMessage(event.chat_id, event.message);
      case "deleted":
        return this.#state.removeMessage(event.chat_id, event.message_id);
      case "cleared":
        return this.#state.setMessages(event.chat_id, []);
      case "action":
        return this.#state.setAction(event.chat_id, event.action);
      case "chat":
        return this.#state.putChat(event.chat);
      default:
        return undefined;
    }
  }
}
