import { h } from "./dom.js";
import { nameIt, say } from "./i18n.js";
import { icon } from "./icons.js";

/** Over the text box: how much of the files has gone out, and a way to stop. */
export class TransferBar {
  constructor() {
    this.bar = say(h("progress", { max: "1" }), { "aria-label": "uploading" });
    this.percent = h("output", { class: "transfer-percent" });
    this.element = h(
      "div",
      { class: "transfer-bar", hidden: true },
      this.bar,
      this.percent,
      nameIt(
        h(
          "button",
          { type: "button", class: "icon-button", on: { click: () => this.stop?.abort() } },
          icon("close"),
        ),
        "stopUpload",
      ),
    );
  }

  /** Shows the bar while `work` runs, which gets what api.send takes as `transfer`. */
  async during(work) {
    this.stop = new AbortController();
    this.#show(0);
    this.element.hidden = false;
    try {
      return await work({ onProgress: (share) => this.#show(share), signal: this.stop.signal });
    } finally {
      this.element.hidden = true;
    }
  }

  #show(share) {
    this.bar.value = share;
    this.percent.textContent = `${Math.round(share * 100)} %`;
  }
}
