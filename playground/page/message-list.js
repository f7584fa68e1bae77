import { h, scrollBehaviour } from "./dom.js";
import { nameIt, say } from "./i18n.js";
import { icon } from "./icons.js";
import { messageView } from "./message.js";

const NEAR_END_PX = 120;

// An album is one item of the list, whatever it is made of.
const keyOf = (message) => message.media_group_id ?? message.message_id;

/** The messages of one chat; it stays at the end while the reader is at the end. */
export class MessageList {
  /** By key: the messages that are shown as one, by id, and their element. */
  #items = new Map();
  #keys = new Map();

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
    this.#keys.clear();
    this.list.replaceChildren();
    messages.forEach((message) => this.#put(message));
    this.#jumpToEnd();
  }

  put(message) {
    const isNew = !this.#keys.has(message.message_id);
    this.#put(message);
    if (isNew && (this.#followsEnd || !message.from?.is_bot)) this.scrollToEnd();
  }

  remove(messageId) {
    const item = this.#itemOf(messageId);
    if (!item) return;
    const key = this.#keys.get(messageId);
    this.#keys.delete(messageId);
    item.messages.delete(messageId);
    if (item.messages.size) return void this.#show(item);
    item.element.remove();
    this.#items.delete(key);
  }

  goTo(messageId) {
    const element = this.#itemOf(messageId)?.element;
    if (!element) return;
    element.scrollIntoView({ behavior: scrollBehaviour(), block: "center" });
    element.focus({ preventScroll: true });
    element.classList.remove("message-flash");
    requestAnimationFrame(() => element.classList.add("message-flash"));
  }

  scrollToEnd() {
    this.#followsEnd = true;
    this.scroller.scrollTo({ top: this.scroller.scrollHeight, behavior: scrollBehaviour() });
  }

  #itemOf(messageId) {
    return this.#items.get(this.#keys.get(messageId));
  }

  #put(message) {
    const key = this.#keys.get(message.message_id) ?? keyOf(message);
    const item = this.#items.get(key) ?? { messages: new Map(), element: null };
    item.messages.set(message.message_id, message);
    this.#items.set(key, item);
    this.#keys.set(message.message_id, key);
    this.#show(item);
  }

  #show(item) {
    const old = item.element;
    item.element = messageView([...item.messages.values()], this.#makeContext());
    if (!old) return this.list.append(item.element);
    // The focus stays on the same button of the message, or on the message when the button is gone.
    const focusables = (element) => [...element.querySelectorAll("a[href], button")];
    const focusAt = focusables(old).indexOf(document.activeElement);
    item.element.classList.add("message-settled");
    old.replaceWith(item.element);
    if (focusAt >= 0)
      (focusables(item.element)[focusAt] ?? item.element).focus({ preventScroll: true });
    return undefined;
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
