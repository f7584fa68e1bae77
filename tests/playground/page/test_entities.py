"""Texts with entities become elements, and never markup or scripts."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

RENDER = """async ([text, entities]) => {
    const { richText } = await import("/static/entities.js");
    const host = document.createElement("div");
    host.append(richText(text, entities));
    return host.innerHTML;
}"""


def entity(kind: str, offset: int, length: int, **more: str) -> dict[str, Any]:
    return {"type": kind, "offset": offset, "length": length, **more}


CASES: list[tuple[str, list[dict[str, Any]], str]] = [
    ("plain <b>", [], "plain &lt;b&gt;"),
    ("a bold b", [entity("bold", 2, 4)], "a <strong>bold</strong> b"),
    (
        "all of it",
        [entity("italic", 4, 2), entity("bold", 0, 9)],
        "<strong>all <em>of</em> it</strong>",
    ),
    (
        "same",
        [entity("bold", 0, 4), entity("code", 0, 4)],
        "<strong><code>same</code></strong>",
    ),
    # 🌆 takes two UTF-16 units.
    ("🌆 city", [entity("bold", 3, 4)], "🌆 <strong>city</strong>"),
    (
        "here",
        [entity("text_link", 0, 4, url="https://example.org/")],
        '<a href="https://example.org/" target="_blank" rel="noopener noreferrer">here</a>',
    ),
    (
        "here",
        [entity("text_link", 0, 4, url="javascript:alert(1)")],
        "<span>here</span>",
    ),
    ("odd", [entity("something_new", 0, 3)], "<span>odd</span>"),
    ("short", [entity("bold", 2, 99)], "sh<strong>ort</strong>"),
]


async def test_entities_become_elements(page: Page) -> None:
    rendered = [await page.evaluate(RENDER, [text, entities]) for text, entities, _ in CASES]
    assert rendered == [markup for _, _, markup in CASES]
