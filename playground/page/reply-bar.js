import { h } from "./dom.js";
import { nameIt, say } from "./i18n.js";
import { icon } from "./icons.js";
import { quoteParts, smallPicture } from "./reply-quote.js";

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
        { type: "button", class: "icon-button", on: { click: () => this.set([]) } },
        icon("close"),
      ),
      "dropReply",
    );
    this.element = say(
      h("div", { class: "reply-bar", role: "group", hidden: true }, this.quote, close),
      { "aria-label": "replying" },
    );
  }

  /**
   * @param {Array<Object>} messages those of an album, of which one can be chosen; none to reply to nothing
   * @param {Object} [chosen]
   */
  set(messages, chosen = messages[0] ?? null) {
    this.message = chosen;
    this.element.hidden = !chosen;
    const parts = chosen ? quoteParts(chosen, this.context()) : [];
    if (messages.length > 1) parts[0] = this.#choices(messages);
    this.quote.replaceChildren(...parts.filter(Boolean));
  }

  #choices(messages) {
    const choice = (message, index) =>
      nameIt(
        h(
          "button",
          {
            type: "button",
            class: "reply-choice",
            "aria-pressed": String(message === this.message),
            on: { click: () => this.#choose(messages, index) },
          },
          smallPicture(message) ?? icon("file"),
        ),
        ["replyToOne", { number: index + 1, count: messages.length }],
      );
    return h("span", { class: "reply-choices" }, ...messages.map(choice));
  }

  #choose(messages, index) {
    this.set(messages, messages[index]);
    this.quote.querySelectorAll(".reply-choice")[index].focus();
  }
}
