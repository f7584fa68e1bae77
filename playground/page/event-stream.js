import { Emitter } from "./emitter.js";

const FIRST_RETRY_MS = 500;
const LAST_RETRY_MS = 8000;

/**
 * The server's event stream, opened again for as long as the page lives.
 *
 * Emits "open" on every (re)connection, "lost" when one ends, and "event" with each decoded event.
 */
export class EventStream extends Emitter {
  #source = null;
  #retry = FIRST_RETRY_MS;

  constructor(url) {
    super();
    this.url = url;
  }

  open() {
    this.#source = new EventSource(this.url);
    this.#source.addEventListener("open", () => {
      this.#retry = FIRST_RETRY_MS;
      this.emit("open");
    });
    this.#source.addEventListener("message", (event) => this.emit("event", JSON.parse(event.data)));
    this.#source.addEventListener("error", () => this.#reopen());
  }

  // EventSource retries by itself only after some kinds of failure, so every failure is retried here.
  #reopen() {
    this.#source.close();
    this.emit("lost");
    setTimeout(() => this.open(), this.#retry);
    this.#retry = Math.min(this.#retry * 2, LAST_RETRY_MS);
  }
}
