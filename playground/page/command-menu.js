import { h } from "./dom.js";
import { nameIt, say } from "./i18n.js";
import { icon } from "./icons.js";

let serial = 0;

/**
 * The bot's commands: all behind a button, or those that begin as the written text does.
 *
 * The text box keeps the focus; the arrows move a marker that the box announces (aria-activedescendant).
 */
export class CommandMenu {
  #box;
  #commands;
  #onChoose;
  #marked = 0;

  /**
   * @param {HTMLTextAreaElement} box
   * @param {() => Array<{command: string, description: string}>} commands
   * @param {(command: string) => void} onChoose gets "/command"
   */
  constructor(box, commands, onChoose) {
    this.#box = box;
    this.#commands = commands;
    this.#onChoose = onChoose;
    const id = `commands-${++serial}`;
    this.list = say(h("ul", { class: "menu commands", role: "listbox", id, hidden: true }), {
      "aria-label": "commands",
    });
    this.button = nameIt(
      h(
        "button",
        { type: "button", class: "icon-button", "aria-expanded": "false", "aria-controls": id },
        icon("command"),
      ),
      "commands",
    );
    this.button.addEventListener("click", () => this.#toggle());
    box.setAttribute("aria-controls", id);
    box.addEventListener("input", () => this.#follow());
    document.addEventListener("pointerdown", (event) => {
      if (![this.list, this.button, box].some((element) => element.contains(event.target)))
        this.close();
    });
  }

  close() {
    this.list.hidden = true;
    this.button.setAttribute("aria-expanded", "false");
    this.#box.removeAttribute("aria-activedescendant");
  }

  /** Deals with a key pressed in the text box; true when it was meant for the menu. */
  takeKey(event) {
    const items = this.#items();
    if (this.list.hidden || event.isComposing) return false;
    if (event.key === "Escape") this.close();
    else if (items.length === 0) return false;
    else if (event.key === "ArrowDown") this.#mark(this.#marked + 1);
    else if (event.key === "ArrowUp") this.#mark(this.#marked - 1);
    else if (event.key === "Enter" || event.key === "Tab") items[this.#marked].click();
    else return false;
    return true;
  }

  #items() {
    return [...this.list.querySelectorAll("[role=option]")];
  }

  #toggle() {
    if (!this.list.hidden) return this.close();
    this.#open(this.#commands());
    this.#box.focus();
    return undefined;
  }

  #follow() {
    const written = this.#box.value;
    const fitting = /^\/\w*$/.test(written)
      ? this.#commands().filter(({ command }) => command.startsWith(written.slice(1)))
      : [];
    if (fitting.length) this.#open(fitting);
    else this.close();
  }

  #open(commands) {
    this.list.replaceChildren(...commands.map((command, index) => this.#item(command, index)));
    if (commands.length === 0)
      this.list.append(say(h("li", { class: "menu-empty" }), { text: "noCommands" }));
    this.list.hidden = false;
    this.button.setAttribute("aria-expanded", "true");
    this.#mark(0);
  }

  #item({ command, description }, index) {
    const choose = () => {
      this.close();
      this.#onChoose(`/${command}`);
    };
    return h(
      "li",
      { class: "menu-item", role: "option", id: `${this.list.id}-${index}`, on: { click: choose } },
      h("b", {}, `/${command}`),
      h("span", {}, description),
    );
  }

  #mark(index) {
    const items = this.#items();
    if (items.length === 0) return;
    this.#marked = (index + items.length) % items.length;
    items.forEach((item, at) => item.setAttribute("aria-selected", String(at === this.#marked)));
    items[this.#marked].scrollIntoView({ block: "nearest" });
    this.#box.setAttribute("aria-activedescendant", items[this.#marked].id);
  }
}
