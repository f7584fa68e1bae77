import ast
import logging
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from fluent.runtime import FluentResource
from fluent.syntax.ast import Message, VariableReference
from fluent.syntax.visitor import Visitor
from pydantic import SecretStr

import handler
from handler.conversation.hints import HINTS
from handler.settings import LOCALES, Settings
from handler.texts import texts as texts_module
from handler.texts.texts import LANGUAGES, Texts, TextsError
from tests.deployment.cloudformation import template

EXAMPLES = {
    "name": "Alice",
    "contact": "@human",
    "choice": "sunset",
    "stored": "• nothing",
    "until": "none",
    "most": "an hour",
    "newest": 10_000,
    "commands": "/start, /help",
    "strength": "max",
    "scale": 3,
    "number": 4,
    "emoji": "🌴",
    "look": "crisp",
    "seconds": 5,
    "minutes": 5,
    "hours": 5,
    "duration": "about 5 minutes",
    "lacking": "time",
    "instead": "This I can do, though: ×2",
    "others": 2,
    "within": 3900,
    "own": 500,
    "id": "4711",
    "waiting": 12,
    "working": 2,
    "effect": "neon",
    "families": "upscale",
    "percent": 42,
    "width": "12000",
    "height": "9000",
    "alternatives": "neon, ×2",
}


class Variables(Visitor):
    def __init__(self) -> None:
        self.names: set[str] = set()

    def visit_VariableReference(self, node: VariableReference) -> None:  # noqa: N802
        self.names.add(node.id.name)


def variables(language: str) -> dict[str, set[str]]:
    """Return the variables of every text."""
    found: dict[str, set[str]] = {}
    source = (LOCALES / f"{language}.ftl").read_text(encoding="utf-8")
    for entry in FluentResource(source).body or []:
        if isinstance(entry, Message):
            assert entry.id.name not in found, f"{entry.id.name} is there twice"
            visitor = Variables()
            visitor.visit(entry)
            found[entry.id.name] = visitor.names
    return found


ENGLISH = variables("en")


@pytest.fixture(scope="module")
def texts() -> Texts:
    return Texts()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_the_same_texts_and_variables(language: str) -> None:
    assert variables(language) == ENGLISH


def test_every_key_in_the_code_has_a_text() -> None:
    unknown = {key for key in _keys_asked_for() if key not in ENGLISH}
    assert not unknown


def test_every_text_is_used() -> None:
    literals, prefixes = set(_literals()), set(_prefixes())
    unused = {
        key
        for key in ENGLISH
        if key not in literals and not any(key.startswith(prefix) for prefix in prefixes)
    }
    assert not unused


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_can_be_said(
    texts: Texts, language: str, caplog: pytest.LogCaptureFixture
) -> None:
    said = {
        key: texts.get(language, key, **{name: EXAMPLES[name] for name in names})
        for key, names in ENGLISH.items()
    }
    assert {
        key: text
        for key, text in said.items()
        if text.strip() != text or not text or re.search(r"[{}$]", text)
    } == {}
    assert not caplog.records


@pytest.mark.parametrize(
    ("prefix", "limit"),
    [
        ("press-", 200),
        ("start-accepted", 200),
        ("try-accepted", 200),
        ("settings-kept", 200),
        ("button-", 40),
        ("name", 64),
        ("greeting", 1024),
        ("what-i-can", 1024),
        ("link-kept", 1024),
        ("try-caption", 1024),
        ("error-unexpected", 200),
        ("caption-", 500),
        ("command-", 256),
        ("description", 512),
        ("short-description", 120),
    ],
)
def test_texts_keep_to_the_limits_of_telegram(texts: Texts, prefix: str, limit: int) -> None:
    lengths = {
        (language, key): len(texts.get(language, key, **EXAMPLES))
        for language in LANGUAGES
        for key in ENGLISH
        if key.startswith(prefix)
    }
    assert lengths
    assert {text: length for text, length in lengths.items() if length > limit} == {}


@pytest.mark.parametrize(
    ("others", "words"),
    [
        (1, "1 игрок…"),
        (2, "2 игрока…"),
        (5, "5 игроков…"),
        (11, "11 игроков…"),
        (21, "21 игрок…"),
        (22, "22 игрока…"),
        (112, "112 игроков…"),
    ],
)
def test_russian_plural_forms(texts: Texts, others: int, words: str) -> None:
    text = texts.get("ru", "status-queued", effect="neon", own=0, others=others)
    assert text.endswith(words)


def test_russian_speaks_to_women_as_to_men(texts: Texts) -> None:
    said = {key: texts.get("ru", key, **EXAMPLES) for key in ENGLISH}
    next_in_line = texts.get("ru", "status-queued", effect="neon", ahead=0)
    of_a_man = re.compile(r"\b[Тт]ы (сам|должен|рад|готов|\w+(ий|ый|ой|ил|ал|ел|ул))\b|подождал\b")
    assert {key for key, text in said.items() if of_a_man.search(text)} == set()
    assert not of_a_man.search(next_in_line)


def test_english_plural_forms(texts: Texts) -> None:
    one, two = (texts.get("en", "press-busy", seconds=seconds) for seconds in (1, 2))
    assert one.endswith("in a second.")
    assert two.endswith("in 2 seconds.")


@pytest.mark.parametrize(
    ("language", "one", "many"),
    [
        ("es", "dentro de un segundo.", "dentro de 5 segundos."),
        ("pt-br", "em um segundo.", "em 5 segundos."),
    ],
)
def test_romance_plural_forms(texts: Texts, language: str, one: str, many: str) -> None:
    assert texts.get(language, "press-busy", seconds=1).endswith(one)
    assert texts.get(language, "press-busy", seconds=5).endswith(many)


def test_the_one_who_is_next_hears_so(texts: Texts) -> None:
    assert "next" in texts.get("en", "status-queued", effect="upscale", own=0, others=0)


def test_ones_own_pictures_are_no_players(texts: Texts) -> None:
    def queued(own: int, others: int) -> str:
        return texts.get("en", "status-queued", effect="neon", own=own, others=others)

    assert queued(1, 0) == "👽 First the one you asked for before…"
    assert queued(4, 0) == "👽 First the 4 you asked for before…"
    assert queued(0, 1) == "👽 One player ahead of you…"
    assert queued(2, 3) == "👽 3 players ahead of you, and 2 of your own…"


@pytest.mark.parametrize(
    ("percent", "bar"), [(0, "▱▱▱▱▱▱▱▱▱▱ 0%"), (40, "▰▰▰▰▱▱▱▱▱▱ 40%"), (100, "▰▰▰▰▰▰▰▰▰▰ 100%")]
)
def test_the_bar_fills_up(texts: Texts, percent: int, bar: str) -> None:
    assert texts.get("en", "status-working-neon", percent=percent).endswith(bar)


@pytest.mark.parametrize(
    ("tag", "language"),
    [
        ("en", "en"),
        ("ru", "ru"),
        ("ru-RU", "ru"),
        ("RU_ru", "ru"),
        ("be", "ru"),
        ("es-MX", "es"),
        ("ca", "es"),
        ("pt-br", "pt-br"),
        ("pt", "pt-br"),
        ("pt-PT", "pt-br"),
        ("tlh", "en"),
        ("", "en"),
        (None, "en"),
        ("../../etc", "en"),
    ],
)
def test_the_language_of_a_person(texts: Texts, tag: str | None, language: str) -> None:
    assert texts.spoken(tag) == language


def test_the_default_language_is_for_everybody_else() -> None:
    assert Texts("ru").get("tlh", "button-start") == Texts("ru").get("ru", "button-start")
    assert Texts("ru").spoken("tlh") == "ru"


def test_an_unknown_key_is_an_error(texts: Texts) -> None:
    with pytest.raises(KeyError):
        texts.get("en", "no-such-text")


def test_a_missing_variable_leaves_a_gap_and_a_log_record(
    texts: Texts, caplog: pytest.LogCaptureFixture
) -> None:
    assert "Welcome" in texts.get("en", "greeting")
    assert [record.levelno for record in caplog.records] == [logging.ERROR]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_can_be_the_default(language: str) -> None:
    token = SecretStr("123456789:AAE-not_a_real_token")
    assert Settings(bot_token=token, default_language=language).default_language == language
    assert re.fullmatch(template()["Parameters"]["DefaultLanguage"]["AllowedPattern"], language)
    assert Texts(language).spoken("tlh") == language


def test_no_code_belongs_to_two_languages_and_each_has_its_own(texts: Texts) -> None:
    codes = [code for language in LANGUAGES for code in texts.codes(language)]
    assert len(codes) == len(set(codes))
    assert set(LANGUAGES) <= set(codes)


def test_an_unknown_default_language_is_refused() -> None:
    with pytest.raises(TextsError, match=", ".join(LANGUAGES)):
        Texts("tlh")


@pytest.mark.parametrize(
    ("content", "complaint"), [(None, "cannot read"), ("greeting { $name", "does not parse")]
)
def test_a_bad_file_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str | None, complaint: str
) -> None:
    if content is not None:
        (tmp_path / "en.ftl").write_text(content, encoding="utf-8")
    monkeypatch.setattr(texts_module, "LOCALES", tmp_path)
    with pytest.raises(TextsError, match=complaint):
        Texts()


def _trees() -> Iterator[ast.AST]:
    for path in Path(handler.__file__).parent.rglob("*.py"):
        yield ast.parse(path.read_text(encoding="utf-8"))


def _keys_asked_for() -> Iterator[str]:
    """Yield the keys in ``say("key")``, ``texts.get(language, "key")`` and their like."""
    yield from HINTS.values()
    for tree in _trees():
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call):
                continue
            name = ast.unparse(node.func)
            position = 1 if re.search(r"\btexts?\.get$", name) else 0
            if position or name == "translate" or name.endswith("RefusedRequestError"):
                key = node.args[position] if len(node.args) > position else None
                if isinstance(key, ast.Constant):
                    yield str(key.value)


def _literals() -> Iterator[str]:
    for tree in _trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value


def _prefixes() -> Iterator[str]:
    """Yield what stands before the first variable of f-strings such as f"command-{name}"."""
    for tree in _trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
                prefix = str(node.values[0].value)
                if re.fullmatch(r"[a-z]+(-[a-z]+)*-", prefix):
                    yield prefix
