import { h } from "./dom.js";
import { say } from "./i18n.js";

/** Over the text box: a link to the bot was followed, and waits for START to be pressed. */
export class StartBar {
  payload = null;

  /** @param {(payload: string) => void} onStart */
  constructor(onStart) {
    const attributes = { type: "button", class: "button button-primary start-button" };
    const button = h("button", { ...attributes, on: { click: () => onStart(this.payload) } });
    this.element = h("div", { class: "start-bar", hidden: true }, say(button, { text: "start" }));
  }
}
