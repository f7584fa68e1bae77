import { attachmentView, toolsFor } from "./attachment.js";
import { h } from "./dom.js";
import { richText } from "./entities.js";
import { clock } from "./format.js";
import { nameIt, say } from "./i18n.js";
import { icon } from "./icons.js";
import { inlineKeyboard } from "./inline-keyboard.js";
import { originalOf, pictureOf } from "./pictures.js";
import { replyQuote } from "./reply-quote.js";

function footer(message, tools, onDelete) {
  const remove =
    !message.from?.is_bot &&
    nameIt(
      h(
        "button",
        { type: "button", class: "icon-button message-delete", on: { click: onDelete } },
        icon("trash"),
      ),
      "deleteMessage",
    );
  return h(
    "footer",
    { class: "message-foot" },
    tools,
    remove,
    message.edit_date ? say(h("span", {}), { text: "edited" }) : null,
    say(h("time", { datetime: new Date(message.date * 1000).toISOString() }), {
      text: () => clock(message.date),
    }),
  );
}

/**
 * One message as a list item.
 *
 * @param {Object} message Telegram's Message
 * @param {Object} context
 * @param {(messageId: number) => Object|undefined} context.find another message of the chat
 * @param {string} context.botName
 * @param {(messageId: number, data: string) => boolean} context.isPending
 * @param {Object} context.actions onPress, onCommand, onDelete, onGoTo, onView
 */
export function messageView(message, { find, botName, isPending, actions }) {
  const own = !message.from?.is_bot;
  const original = originalOf(message, find);
  const view = (mode) => actions.onView({ after: pictureOf(message), before: original, mode });
  const tools = toolsFor(message, original, () => view("compare"));
  const words = message.text ?? message.caption;
  const entities = message.entities ?? message.caption_entities;
  const replied = message.reply_to_message;
  const rows = message.reply_markup?.inline_keyboard;

  return h(
    "li",
    {
      class: `message ${own ? "message-own" : "message-bot"}`,
      dataset: { messageId: message.message_id },
      tabindex: "-1",
    },
    h(
      "article",
      { class: message.photo ? "bubble bubble-photo" : "bubble" },
      own
        ? say(h("span", { class: "spoken" }), { text: "you" })
        : h("span", { class: "spoken" }, botName),
      replied && replyQuote(replied, botName, () => actions.onGoTo(replied.message_id)),
      attachmentView(message, () => view("single")),
      words &&
        h("div", { class: "words", dir: "auto" }, richText(words, entities, actions.onCommand)),
      footer(message, tools, () => actions.onDelete(message.message_id)),
    ),
    rows?.length &&
      inlineKeyboard(
        rows,
        (data) => isPending(message.message_id, data),
        (data) => actions.onPress(message.message_id, data),
      ),
  );
}
