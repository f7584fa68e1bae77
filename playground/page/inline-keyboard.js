import { h } from "./dom.js";
import { icon } from "./icons.js";

function urlButton(button) {
  const opensPage = /^(https?|tg):/i.test(button.url);
  return h(
    "a",
    {
      class: "key",
      href: opensPage ? button.url : null,
      target: "_blank",
      rel: "noopener noreferrer",
    },
    h("span", {}, button.text),
    icon("link"),
  );
}

function dataButton(button, isPending, onPress) {
  const attributes = { type: "button", class: "key", dataset: { callback: button.callback_data } };
  if (isPending) Object.assign(attributes, { "aria-busy": "true", "aria-disabled": "true" });
  return h(
    "button",
    { ...attributes, on: { click: () => isPending || onPress(button.callback_data) } },
    h("span", {}, button.text),
  );
}

/**
 * The buttons under a message.
 *
 * @param {Array<Array<Object>>} rows
 * @param {(data: string) => boolean} isPending whether the bot still owes this button an answer
 * @param {(data: string) => void} onPress
 */
export function inlineKeyboard(rows, isPending, onPress) {
  return h(
    "div",
    { class: "keyboard" },
    ...rows.map((row) =>
      h(
        "div",
        { class: "keyboard-row" },
        ...row.map((button) =>
          button.url
            ? urlButton(button)
            : dataButton(button, isPending(button.callback_data), onPress),
        ),
      ),
    ),
  );
}
