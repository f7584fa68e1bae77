/** A list of listeners per event name. */
export class Emitter {
  #listeners = new Map();

  /** Calls `listener` with every payload emitted under `name`. */
  on(name, listener) {
    const listeners = this.#listeners.get(name) ?? [];
    this.#listeners.set(name, [...listeners, listener]);
  }

  emit(name, payload) {
    for (const listener of this.#listeners.get(name) ?? []) listener(payload);
  }
}
