import { h } from "./dom.js";
import { say } from "./i18n.js";
import { icon } from "./icons.js";

/**
 * A menu that opens from a button: arrows move, Escape and a click elsewhere close.
 *
 * @param {HTMLButtonElement} button
 * @param {() => Array<Node>} makeItems the items (see menuItem), made anew at every opening
 * @returns {HTMLElement} the menu, to be placed beside the button
 */
export function popupMenu(button, makeItems) {
  const menu = h("div", { class: "menu", role: "menu", hidden: true });
  button.setAttribute("aria-haspopup", "menu");
  button.setAttribute("aria-expanded", "false");

  const show = (open) => {
    menu.hidden = !open;
    button.setAttribute("aria-expanded", String(open));
  };
  const closeToButton = () => {
    show(false);
    button.focus();
  };

  button.addEventListener("click", () => {
    if (!menu.hidden) return closeToButton();
    menu.replaceChildren(...makeItems());
    show(true);
    menu.querySelector("[role=menuitem]")?.focus();
    return undefined;
  });
  menu.addEventListener("click", (event) => {
    if (event.target.closest("[role=menuitem]")) show(false);
  });
  menu.addEventListener("keydown", (event) => {
    if (event.key === "Escape") closeToButton();
    else if (!moveFocus(menu, event.key)) return;
    event.preventDefault();
  });
  document.addEventListener("pointerdown", (event) => {
    if (!menu.contains(event.target) && !button.contains(event.target)) show(false);
  });
  menu.addEventListener("focusout", (event) => {
    if (event.relatedTarget && !menu.contains(event.relatedTarget)) show(false);
  });
  return menu;
}

function moveFocus(menu, key) {
  const items = [...menu.querySelectorAll("[role=menuitem]")];
  const at = items.indexOf(document.activeElement);
  const next = {
    ArrowDown: (at + 1) % items.length,
    ArrowUp: (at - 1 + items.length) % items.length,
    Home: 0,
    End: items.length - 1,
  }[key];
  items[next]?.focus();
  return next !== undefined;
}

/** One entry of a menu: an icon, a title and a hint, the latter two keys of texts. */
export function menuItem({ iconName, title, hint, onChoose }) {
  return h(
    "button",
    { type: "button", class: "menu-item", role: "menuitem", on: { click: onChoose } },
    icon(iconName),
    h(
      "span",
      { class: "menu-words" },
      say(h("span", {}), { text: title }),
      say(h("small", {}), { text: hint }),
    ),
  );
}
