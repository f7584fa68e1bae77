import { albumView } from "./album.js";
import { attachmentView, toolsFor } from "./attachment.js";
import { h } from "./dom.js";
import { richText } from "./entities.js";
import { clock } from "./format.js";
import { nameIt, say } from "./i18n.js";
import { icon } from "./icons.js";
import { inlineKeyboard } from "./inline-keyboard.js";
import { originalOf, pictureOf } from "./pictures.js";
import { replyQuote } from "./reply-quote.js";
import { richMessageView } from "./rich-message.js";

function actionButton(iconName, key, onClick) {
  const attributes = {
    type: "button",
    class: "icon-button message-action",
    on: { click: onClick },
  };
  return nameIt(h("button", attributes, icon(iconName)), key);
}

function footer(message, tools, own, actions) {
  return h(
    "footer",
    { class: "message-foot" },
    tools,
    actionButton("reply", "reply", actions.onReply),
    actionButton("forward", "forward", actions.onForward),
    own && actionButton("trash", "deleteMessage", actions.onDelete),
    message.edit_date ? say(h("span", {}), { text: "edited" }) : null,
    say(h("time", { datetime: new Date(message.date * 1000).toISOString() }), {
      text: () => clock(message.date),
    }),
  );
}

/** Who wrote it: for screen readers only, where sides and colours tell it to the others. */
function authorLine(message, { own, isGroup, botName }) {
  if (own) return say(h("span", { class: "spoken" }), { text: "you" });
  const name = message.from?.is_bot ? botName : message.from?.first_name;
  return h("span", { class: isGroup ? "author" : "spoken" }, name);
}

function forwardLine(origin) {
  const name = origin.sender_user?.first_name ?? origin.sender_user_name ?? "";
  return say(h("p", { class: "forwarded" }), { text: ["forwardedFrom", { name }] });
}

const SERVICE = {
  group_chat_created: "groupCreated",
  migrate_to_chat_id: "groupMoved",
  migrate_from_chat_id: "groupCreated",
};

function serviceView(message, key) {
  const words = say(h("p", {}), { text: [key, { name: message.from?.first_name }] });
  return h("li", { class: "service", tabindex: "-1" }, words);
}

/**
 * One message, or the messages of one album, as a list item.
 *
 * @param {Array<Object>} messages Telegram's Messages
 * @param {Object} context
 * @param {(messageId: number) => Object|undefined} context.find another message of the chat
 * @param {(albumId: string) => Array<Object>} context.album
 * @param {string} context.botName
 * @param {(message: Object) => boolean} context.isOwn whether the person who looks on has written it
 * @param {boolean} context.isGroup
 * @param {(messageId: number, data: string) => boolean} context.isPending
 * @param {Object} context.actions onPress, onCommand, onReply, onForward, onDelete, onGoTo, onView
 */
export function messageView(messages, context) {
  const { find, album, botName, isPending, actions } = context;
  const message = messages[0];
  const service = Object.keys(SERVICE).find((key) => message[key]);
  if (service) return serviceView(message, SERVICE[service]);

  const own = context.isOwn(message);
  const view = (one, mode) =>
    actions.onView({ after: pictureOf(one), before: originalOf(one, find, album), mode });
  const isAlbum = messages.length > 1;
  const tools = isAlbum
    ? null
    : toolsFor(message, originalOf(message, find, album), () => view(message, "compare"));
  const replied = message.reply_to_message;
  const rows = message.reply_markup?.inline_keyboard;
  const isPictures = message.photo || message.animation;

  return h(
    "li",
    {
      class: `message ${own ? "message-own" : "message-bot"}`,
      dataset: { messageId: message.message_id },
      tabindex: "-1",
    },
    h(
      "article",
      { class: isPictures ? "bubble bubble-photo" : "bubble" },
      authorLine(message, { own, isGroup: context.isGroup, botName }),
      message.forward_origin && forwardLine(message.forward_origin),
      replied && replyQuote(replied, context, () => actions.onGoTo(replied.message_id)),
      isAlbum
        ? albumView(messages, (one) =>
            view(one, originalOf(one, find, album) ? "compare" : "single"),
          )
        : message.rich_message
          ? richMessageView(message.rich_message, actions.onView)
          : attachmentView(message, () => view(message, "single")),
      ...messages.map((one) => words(one, actions.onCommand)),
      footer(message, tools, own, {
        onReply: () => actions.onReply(messages),
        onForward: () => actions.onForward(messages),
        onDelete: () => actions.onDelete(messages),
      }),
    ),
    rows?.length &&
      inlineKeyboard(
        rows,
        (data) => isPending(message.message_id, data),
        (data) => actions.onPress(message.message_id, data),
      ),
  );
}

function words(message, onCommand) {
  const text = message.text ?? message.caption;
  const entities = message.entities ?? message.caption_entities;
  return text && h("div", { class: "words", dir: "auto" }, richText(text, entities, onCommand));
}
