"""What words mean, in any language."""

import re
import string
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handler.texts.texts import LANGUAGES, Texts
from handler.texts.vocabulary import Vocabulary, tokens
from model_layer.effects import FAMILIES, Effect, Lights, Look, Neon, Strength, Upscale
from model_layer.rigs import rigs

TEXTS = Texts()
VOCABULARY = Vocabulary(TEXTS)
OFFERED = [family for family in FAMILIES.values() if family.offered()]


def said(key: str, language: str) -> list[str]:
    return [phrase.strip() for phrase in TEXTS.get(language, key).split(",")]


@st.composite
def wishes(draw: st.DrawFn) -> tuple[str, Effect]:
    """Draw an effect and how somebody may ask for it: in any order, with polite words between."""
    language = draw(st.sampled_from(LANGUAGES))
    family = draw(st.sampled_from(OFFERED))
    name = family.family
    choices = {p: draw(st.sampled_from(list(v))) for p, v in family.choices().items()}
    chosen = {p: v for p, v in choices.items() if draw(st.booleans())}
    words = [draw(st.sampled_from(said(f"words-{name}-{v}", language))) for v in chosen.values()]
    if not words or draw(st.booleans()):
        words.append(draw(st.sampled_from(said(f"words-{name}", language))))
    polite = st.sampled_from(["please", "пожалуйста"])
    words += draw(st.lists(polite, max_size=2))
    text = draw(st.sampled_from([" ", ", ", "! "])).join(draw(st.permutations(words)))
    text = draw(st.sampled_from([text, text.upper(), text.title()]))
    return text, family(**chosen)


@given(wishes())
def test_every_effect_can_be_asked_for_in_every_language(wish: tuple[str, Effect]) -> None:
    text, effect = wish
    assert VOCABULARY.understand(text) == effect


@given(st.text())
def test_any_text_is_an_effect_or_nothing(text: str) -> None:
    effect = VOCABULARY.understand(text)
    assert effect is None or type(effect) in FAMILIES.values()


@given(wishes(), st.text(string.ascii_lowercase, min_size=12), st.booleans())
def test_one_strange_word_and_nothing_is_understood(
    wish: tuple[str, Effect], strange: str, is_first: bool
) -> None:
    text = f"{strange} {wish[0]}" if is_first else f"{wish[0]} {strange}"
    assert VOCABULARY.understand(text) is None


@pytest.mark.parametrize(
    ("text", "effect"),
    [
        ("neon sunset", Neon(light="sunset")),
        ("Soft neon, Miami!", Neon(Strength.SOFT, "miami")),
        ("закат", Neon(light="sunset")),
        ("сделай неон поярче", Neon(Strength.MAX)),
        ("сделай крупнее", Upscale(2)),
        ("увеличь фото в 4 раза, пожалуйста", Upscale(4)),
        ("неон tokyo", Neon(light="tokyo")),
        ("×4", Upscale(4)),
        ("x4", Upscale(4)),
        ("х4", Upscale(4)),  # a Russian letter
        ("4×", Upscale(4)),
        ("x 3", Upscale(3)),
        ("upscale 4", Upscale(4)),
        ("x2 crisp", Upscale(2, Look.CRISP)),
        ("чётче", Upscale(2, Look.CRISP)),
        ("четче ×3", Upscale(3, Look.CRISP)),
        ("/neon miami", Neon(light="miami")),
        ("/x3", Upscale(3)),
        ("neon 🔥🔥🔥", Neon()),
        ("/lights", Lights()),
        ("покажи варианты", Lights()),
        ("neón suave atardecer", Neon(Strength.SOFT, "sunset")),
        ("amplíala el doble, por favor", Upscale(2)),
        ("×2 nítida", Upscale(2, Look.CRISP)),
        ("neon pôr do sol", Neon(light="sunset")),
        ("deixa a foto três vezes maior", Upscale(3)),
        ("neon suave pôr do sol", Neon(Strength.SOFT, "sunset")),
    ],
)
def test_what_people_write(text: str, effect: Effect) -> None:
    assert VOCABULARY.understand(text) == effect


@pytest.mark.parametrize(
    "text",
    [
        "", "🔥", "please", "4", "x5", "×1", "16x", "x22", "x2 x3", "neon x2", "sunset miami",
        "soft max neon", "our cat at sunset", "not neon", "neon " * 30, "x", "2024", "neon2",
    ],
)  # fmt: skip
def test_what_means_nothing_or_too_much(text: str) -> None:
    assert VOCABULARY.understand(text) is None


@pytest.mark.parametrize("effect", [*Upscale.offered(), *map(Neon, Strength)])
def test_codes_are_understood_too(effect: Effect) -> None:
    assert VOCABULARY.understand(effect.code) == effect


@pytest.mark.parametrize("name", rigs())
def test_a_light_is_known_by_its_name_whatever_the_languages_say(name: str) -> None:
    assert VOCABULARY.understand(name) == Neon(light=name)


def test_what_words_leave_open_is_as_usual() -> None:
    def usual(effect: Effect) -> Effect:
        return effect.for_compressed() if isinstance(effect, Upscale) else Neon(light="miami")

    assert VOCABULARY.understand("x3", usual) == Upscale(3, Look.CRISP)
    assert VOCABULARY.understand("x3 faithful", usual) == Upscale(3)
    assert VOCABULARY.understand("neon", usual) == Neon(light="miami")
    assert VOCABULARY.understand("soft", usual) == Neon(Strength.SOFT, "miami")


def test_no_word_means_two_things() -> None:
    meanings: dict[tuple[str, ...], set[str]] = {}
    for key in _keys():
        for language in LANGUAGES:
            for phrase in said(key, language):
                assert tokens(phrase), f"{key} in {language}: an empty word"
                meanings.setdefault(tokens(phrase), set()).add(key)
    assert {phrase: keys for phrase, keys in meanings.items() if len(keys) > 1} == {}


def _keys() -> Iterator[str]:
    yield "words-also"
    for family in OFFERED:
        name = family.family
        yield f"words-{name}"
        yield from (f"words-{name}-{value}" for v in family.choices().values() for value in v)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("key", ["help", "hint-words"])
def test_what_is_given_as_an_example_is_understood(key: str, language: str) -> None:
    examples = re.findall("[“«](.+?)[”»]", TEXTS.get(language, key))
    assert len(examples) == 2
    assert all(map(VOCABULARY.understand, examples))
