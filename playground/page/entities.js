import { h } from "./dom.js";

const TAGS = {
  bold: "strong",
  italic: "em",
  underline: "u",
  strikethrough: "s",
  code: "code",
  pre: "pre",
  blockquote: "blockquote",
  expandable_blockquote: "blockquote",
  hashtag: "b",
  mention: "b",
  cashtag: "b",
};

function link(href) {
  return h("a", { href, target: "_blank", rel: "noopener noreferrer" });
}

// Only addresses that open a page or a letter: "javascript:" and its kin stay plain text.
function safeAddress(address) {
  try {
    const url = new URL(address);
    return ["http:", "https:", "mailto:", "tg:"].includes(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}

function wrapperFor(entity, text, onCommand) {
  switch (entity.type) {
    case "text_link": {
      const address = safeAddress(entity.url);
      return address ? link(address) : h("span");
    }
    case "url": {
      const address = safeAddress(/^[a-z]+:/i.test(text) ? text : `https://${text}`);
      return address ? link(address) : h("span");
    }
    case "email":
      return link(`mailto:${text}`);
    case "bot_command":
      return h("button", {
        type: "button",
        class: "command-link",
        on: { click: () => onCommand(text) },
      });
    case "spoiler":
      return h("span", { class: "spoiler", tabindex: "0" });
    default:
      return h(TAGS[entity.type] ?? "span");
  }
}

/**
 * Telegram's text with entities as DOM nodes.
 *
 * Offsets count UTF-16 units, as JavaScript's strings do. Entities may nest but not cross.
 *
 * @param {string} text
 * @param {Array} entities
 * @param {(command: string) => void} onCommand called when a command in the text is tapped
 */
export function richText(text, entities = [], onCommand = () => {}) {
  // Outer entities first: by start, and at the same start the longer one.
  const sorted = [...entities].sort((a, b) => a.offset - b.offset || b.length - a.length);
  const fragment = document.createDocumentFragment();
  appendRange(fragment, 0, text.length);
  return fragment;

  function appendRange(parent, start, end) {
    let position = start;
    while (sorted.length && sorted[0].offset < end) {
      const entity = sorted.shift();
      const from = Math.max(entity.offset, position);
      const to = Math.min(entity.offset + entity.length, end);
      if (to <= from) continue;
      parent.append(text.slice(position, from));
      const wrapper = wrapperFor(entity, text.slice(from, to), onCommand);
      appendRange(wrapper, from, to);
      parent.append(wrapper);
      position = to;
    }
    parent.append(text.slice(position, end));
  }
}
