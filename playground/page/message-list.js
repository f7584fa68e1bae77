import { h, scrollBehaviour } from "./dom.js";
import { nameIt, say } from "./i18n.js";
import { icon } from "./icons.js";
import { messageView } from "./message.js";

const NEAR_END_PX = 120;

/** The messages of one chat; it stays at the end while the reader is at the end. */
export class MessageList {
  #items = new Map();

  constructor(makeContext) {
    this.#makeContext = makeContext;
    this.list = h("ol", { class: "messages" });
    this.scroller = say(h("div", { class: "scroller", role: "log", tabindex: "0" }, this.list), {
      "aria-label": "messages",
    });
    this.toEnd = nameIt(
      h(
        "button",
        {
          type: "button",
          class: "icon-button to-end",
          hidden: true,
          on: { click: () => this.scrollToEnd() },
        },
        icon("down"),
      ),
      "toLatest",
    );
    this.element = h("div", { class: "message-area" }, this.scroller, this.toEnd);
    this.scroller.addEventListener("scroll", () => this.#onScroll(), { passive: true });
    // Pictures and the keyboard of a phone change heights: stay at the end if the reader was there.
    this.#resizes = new ResizeObserver(() => this.#followsEnd && this.#jumpToEnd());
    this.#resizes.observe(this.list);
    this.#resizes.observe(this.scroller);
  }

  #makeContext;
  #resizes;
  #followsEnd = true;
  #lastTop = 0;

  get isEmpty() {
    return this.#items.size === 0;
  }

  reset(messages) {
    this.#items.clear();
    this.list.replaceChildren();
    messages.forEach((message) => this.#add(message));
    this.#jumpToEnd();
  }

  put(message) {
    const old = this.#items.get(message.message_id);
    if (old) return this.#replace(old, message);
    this.#add(message);
    if (this.#followsEnd || !message.from?.is_bot) this.scrollToEnd();
    return undefined;
  }

  remove(messageId) {
    this.#items.get(messageId)?.remove();
    this.#items.delete(messageId);
  }

  goTo(messageId) {
    const item = this.#items.get(messageId);
    if (!item) return;
    item.scrollIntoView({ behavior: scrollBehaviour(), block: "center" });
    item.focus({ preventScroll: true });
    item.classList.remove("message-flash");
    requestAnimationFrame(() => item.classList.add("message-flash"));
  }

  scrollToEnd() {
    this.#followsEnd = true;
    this.scroller.scrollTo({ top: this.scroller.scrollHeight, behavior: scrollBehaviour() });
  }

  #add(message) {
    const item = this.#render(message);
    this.#items.set(message.message_id, item);
    this.list.append(item);
  }

  #replace(old, message) {
    // The focus stays on the same button of the message, or on the message when the button is gone.
    const focusables = (item) => [...item.querySelectorAll("a[href], button")];
    const focusAt = focusables(old).indexOf(document.activeElement);
    const item = this.#render(message);
    item.classList.add("message-settled");
    this.#items.set(message.message_id, item);
    old.replaceWith(item);
    if (focusAt >= 0) (focusables(item)[focusAt] ?? item).focus({ preventScroll: true });
  }

  #render(message) {
    return messageView(message, this.#makeContext(message));
  }

  // Only scrolling up leaves the end: on the way down a smooth scroll is not there yet, but wants to be.
  #onScroll() {
    const { scrollTop } = this.scroller;
    if (this.#isAtEnd()) this.#followsEnd = true;
    else if (scrollTop < this.#lastTop) this.#followsEnd = false;
    this.#lastTop = scrollTop;
    this.toEnd.hidden = this.#followsEnd;
  }

  #isAtEnd() {
    const { scrollHeight, scrollTop, clientHeight } = this.scroller;
    return scrollHeight - scrollTop - clientHeight < NEAR_END_PX;
  }

  #jumpToEnd() {
    this.#followsEnd = true;
    this.scroller.scrollTop = this.scroller.scrollHeight;
  }
}
