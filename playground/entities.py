"""Text of messages: Telegram's HTML, and the commands, mentions and links that it finds."""

from __future__ import annotations

import html
import re

from playground.errors import ApiError, bad_request
from playground.events import Json

TAGS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "a": "text_link",
    "span": "spoiler",
}
TOKEN = re.compile(
    r"""<(?P<slash>/?)(?P<tag>[A-Za-z][A-Za-z0-9-]*)?"""
    r"""(?P<attributes>(?:[^<>"']|"[^"]*"|'[^']*')*)(?P<end>>?)"""
    r"""|&(?P<reference>lt|gt|amp|quot|\#[0-9]+|\#[xX][0-9A-Fa-f]+);"""
)
ATTRIBUTE = re.compile(r"""([A-Za-z][A-Za-z0-9-]*)(?:\s*=\s*("[^"]*"|'[^']*'|[^\s"'>]+))?""")
AUTOMATIC = re.compile(
    r"(?P<bot_command>(?<![\w/<>])/[A-Za-z0-9_]{1,32}(?:@\w+)?(?![\w/<>]))"
    r"|(?P<mention>(?<![\w@])@[A-Za-z][A-Za-z0-9_]{3,31}(?!\w))"
    r"|(?P<url>https?://[^\s<>\"]+[^\s<>\".,;:!?)])"
)


def utf16_length(text: str) -> int:
    """Return the length as Telegram counts it in entities: in UTF-16 code units."""
    return len(text.encode("utf-16-le")) // 2


def automatic_entities(text: str) -> list[Json]:
    """Return the commands, mentions and links in a text, as Telegram marks them by itself."""
    return [
        {
            "type": match.lastgroup,
            "offset": utf16_length(text[: match.start()]),
            "length": utf16_length(match.group()),
        }
        for match in AUTOMATIC.finditer(text)
    ]


def parse_text(text: str, parse_mode: str) -> tuple[str, list[Json]]:
    """Return the plain text and its entities.

    Args:
        text: what the bot sent.
        parse_mode: "" or "HTML"; the playground reads no Markdown.

    Raises:
        ApiError: the markup is wrong, in Telegram's words.
    """
    if not parse_mode:
        return text.strip(), automatic_entities(text.strip())
    if parse_mode.lower() != "html":
        raise bad_request("unsupported parse_mode")
    parser = _MessageHtml(text)
    plain, entities = parser.result()
    marked = {(entity["offset"], entity["length"]) for entity in entities}
    found = [e for e in automatic_entities(plain) if (e["offset"], e["length"]) not in marked]
    return plain, sorted([*entities, *found], key=lambda e: (e["offset"], -e["length"]))


class _MessageHtml:
    """Telegram's small HTML: every tag known and closed, few named character references."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._plain = ""
        self._open: list[tuple[str, Json]] = []
        self._entities: list[Json] = []
        end = 0
        for token in TOKEN.finditer(source):
            self._plain += source[end : token.start()]
            end = token.end()
            self._take(token)
        self._plain += source[end:]
        if self._open:
            tag = self._open[-1][0]
            raise _parse_error(f'Can\'t find end tag corresponding to start tag "{tag}"')

    def result(self) -> tuple[str, list[Json]]:
        """Return the text without surrounding white space, with entities to match."""
        start = len(self._plain) - len(self._plain.lstrip())
        cut = utf16_length(self._plain[:start])
        plain = self._plain.strip()
        end = utf16_length(plain)
        entities = []
        for entity in self._entities:
            first = max(0, entity["offset"] - cut)
            last = min(end, entity["offset"] + entity["length"] - cut)
            if last > first:
                entities.append({**entity, "offset": first, "length": last - first})
        return plain, entities

    def _take(self, token: re.Match[str]) -> None:
        if token["reference"]:
            self._plain += html.unescape(token.group())
        elif not token["end"]:
            raise self._error("Unclosed start tag", token)
        elif token["slash"]:
            self._close((token["tag"] or "").lower(), token)
        else:
            self._start((token["tag"] or "").lower(), token)

    def _start(self, tag: str, token: re.Match[str]) -> None:
        pairs = ATTRIBUTE.findall(token["attributes"])
        attributes = {name.lower(): html.unescape(value.strip("\"'")) for name, value in pairs}
        kind = TAGS.get(tag)
        if kind is None or (tag == "span" and attributes.get("class") != "tg-spoiler"):
            raise self._error(f'Unsupported start tag "{tag}"', token)
        entity: Json = {"type": kind, "offset": utf16_length(self._plain), "length": 0}
        if tag == "a":
            entity["url"] = attributes.get("href", "")
        if tag == "blockquote" and "expandable" in attributes:
            entity["type"] = "expandable_blockquote"
        self._open.append((tag, entity))

    def _close(self, tag: str, token: re.Match[str]) -> None:
        if not self._open:
            raise self._error("Unexpected end tag", token)
        expected, entity = self._open.pop()
        if tag != expected:
            raise self._error("Unmatched end tag", token, f', expected "</{expected}>"')
        entity["length"] = utf16_length(self._plain) - entity["offset"]
        if entity["length"] and entity.get("url") != "":
            self._entities.append(entity)

    def _error(self, reason: str, token: re.Match[str], detail: str = "") -> ApiError:
        offset = len(self._source[: token.start()].encode())
        return _parse_error(f"{reason} at byte offset {offset}{detail}")


def _parse_error(reason: str) -> ApiError:
    return bad_request(f"can't parse entities: {reason}")
