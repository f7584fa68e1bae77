import { h } from "./dom.js";
import { say } from "./i18n.js";
import { icon } from "./icons.js";

/** A line under the head for what is wrong: the playground is away, the bot is, or its webhook fails. */
export class Banner {
  #bot = null;
  #streamLost = false;

  constructor(state, stream) {
    this.words = h("span", {});
    this.element = h(
      "div",
      { class: "banner", role: "status", hidden: true },
      icon("warning"),
      this.words,
    );
    state.on("bot", (bot) => {
      this.#bot = bot;
      this.#show();
    });
    stream.on("lost", () => this.#setLost(true));
    stream.on("open", () => this.#setLost(false));
  }

  #setLost(lost) {
    this.#streamLost = lost;
    this.#show();
  }

  #problem() {
    if (this.#streamLost) return "streamLost";
    if (this.#bot?.error) return ["webhookError", { error: this.#bot.error }];
    return this.#bot && !this.#bot.connected ? "notConnectedHelp" : null;
  }

  #show() {
    const problem = this.#problem();
    this.element.hidden = !problem;
    if (problem) say(this.words, { text: problem });
  }
}
