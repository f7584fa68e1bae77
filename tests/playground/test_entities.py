import pytest

from playground.entities import automatic_entities, parse_text
from playground.errors import ApiError


def test_plain_text_is_stripped_and_not_read_as_html() -> None:
    assert parse_text("  <b>a & b</b>\n", "") == ("<b>a & b</b>", [])


@pytest.mark.parametrize(
    ("source", "plain", "kind", "offset", "length"),
    [
        ("<b>bold</b>", "bold", "bold", 0, 4),
        ("x <EM>it</EM>", "x it", "italic", 2, 2),
        ("🌃🌃<code>1</code>", "🌃🌃1", "code", 4, 1),
        ("  <u> up</u> ", "up", "underline", 0, 2),
        ('<span class="tg-spoiler">s</span>', "s", "spoiler", 0, 1),
        ("<blockquote expandable>q</blockquote>", "q", "expandable_blockquote", 0, 1),
        ("<pre>a &lt; b</pre>", "a < b", "pre", 0, 5),
    ],
)
def test_html_tags(source: str, plain: str, kind: str, offset: int, length: int) -> None:
    expected = {"type": kind, "offset": offset, "length": length}
    assert parse_text(source, "HTML") == (plain, [expected])


def test_nested_tags_and_links() -> None:
    plain, entities = parse_text('<a href="https://x.example/?a=1&amp;b">in <b>it</b></a>', "html")
    assert plain == "in it"
    assert entities == [
        {"type": "text_link", "offset": 0, "length": 5, "url": "https://x.example/?a=1&b"},
        {"type": "bold", "offset": 3, "length": 2},
    ]


def test_character_references() -> None:
    plain, _ = parse_text("&lt;&gt;&amp;&quot;&#33;&#x41; &nbsp; AT&T &amp", "HTML")
    assert plain == '<>&"!A &nbsp; AT&T &amp'


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("<b>я<i>x</b></i>", 'Unmatched end tag at byte offset 9, expected "</i>"'),
        ("яя <h1>x</h1>", 'Unsupported start tag "h1" at byte offset 5'),
        ("a<br/>b", 'Unsupported start tag "br" at byte offset 1'),
        ("1 < 2 > 0", 'Unsupported start tag "" at byte offset 2'),
        ("x <b", "Unclosed start tag at byte offset 2"),
        ("1 < 2", "Unclosed start tag at byte offset 2"),
        ("<!-- x -->", 'Unsupported start tag "" at byte offset 0'),
    ],
)
def test_bad_html_is_refused(source: str, reason: str) -> None:
    with pytest.raises(ApiError) as caught:
        parse_text(source, "HTML")
    assert caught.value.description == f"Bad Request: can't parse entities: {reason}"


def test_other_parse_modes_are_refused() -> None:
    with pytest.raises(ApiError, match="unsupported parse_mode"):
        parse_text("*x*", "MarkdownV2")


def test_commands_and_links_are_found() -> None:
    assert automatic_entities("🌃 /start see https://x.example/a.") == [
        {"type": "bot_command", "offset": 3, "length": 6},
        {"type": "url", "offset": 14, "length": 19},
    ]
    assert automatic_entities("a/b 1/2") == []
