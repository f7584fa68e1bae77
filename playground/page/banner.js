import { h } from "./dom.js";
import { say } from "./i18n.js";
import { icon } from "./icons.js";

/** A line under the head for what is wrong: the playground is away, or the bot is. */
export class Banner {
  #state;

  constructor(state) {
    this.#state = state;
    this.words = h("span", {});
    this.element = h(
      "div",
      { class: "banner", role: "status", hidden: true },
      icon("warning"),
      this.words,
    );
    state.on("bot", () => this.#show());
    state.on("online", () => this.#show());
  }

  #problem() {
    const { online, bot } = this.#state;
    if (online === false) return "banner_offline";
    return bot?.problem && [`banner_${bot.problem}`, { status: bot.status, count: bot.waiting }];
  }

  #show() {
    const problem = this.#problem();
    this.element.hidden = !problem;
    if (problem) say(this.words, { text: problem });
  }
}
