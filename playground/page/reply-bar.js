import { h } from "./dom.js";
import { nameIt, say } from "./i18n.js";
import { icon } from "./icons.js";
import { quoteParts } from "./reply-quote.js";

/** Over the text box: the message that the next one will answer, until it is sent or given up. */
export class ReplyBar {
  message = null;

  /** @param {() => Object} context as {@link quoteParts} takes it */
  constructor(context) {
    this.context = context;
    this.quote = h("div", { class: "quote" });
    const close = nameIt(
      h(
        "button",
        { type: "button", class: "icon-button", on: { click: () => this.set(null) } },
        icon("close"),
      ),
      "dropReply",
    );
    this.element = say(
      h("div", { class: "reply-bar", role: "group", hidden: true }, this.quote, close),
      { "aria-label": "replying" },
    );
  }

  /** @param {?Object} message null for none */
  set(message) {
    this.message = message;
    this.element.hidden = !message;
    this.quote.replaceChildren(
      ...(message ? quoteParts(message, this.context()) : []).filter(Boolean),
    );
  }
}
