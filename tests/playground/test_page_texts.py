"""The chat page's own words, in every language that it speaks."""

import re
from pathlib import Path

import pytest

from playground.server import PAGE

TEXT = re.compile(r'^  (\w+):\s*"(.*)",$', re.MULTILINE)
PLACEHOLDER = re.compile(r"\{\w+\}")
FILES = sorted((PAGE / "texts").glob("*.js"))


def texts_of(file: Path) -> dict[str, str]:
    return dict(TEXT.findall(file.read_text(encoding="utf-8").replace(":\n    ", ": ")))


ENGLISH = texts_of(PAGE / "texts" / "en.js")


def test_every_file_of_texts_is_spoken() -> None:
    languages = (PAGE / "texts.js").read_text(encoding="utf-8")
    assert len(FILES) >= 4
    assert [file.name for file in FILES if f'"./texts/{file.name}"' not in languages] == []


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_languages_say_all_there_is_to_say(file: Path) -> None:
    texts = texts_of(file)
    assert list(texts) == list(ENGLISH)
    for key, text in texts.items():
        assert text, key
        expected = sorted(PLACEHOLDER.findall(ENGLISH[key]))
        assert sorted(PLACEHOLDER.findall(text)) == expected, key


def test_every_problem_and_state_has_its_words() -> None:
    for code in ("offline", "refused", "gone", "tooLarge", "notAPicture", "badShape", "cancelled"):
        assert f"problem_{code}" in ENGLISH
    for problem in ("nobody", "away", "slow", "refusing"):
        assert {f"bot_{problem}", f"banner_{problem}"} <= ENGLISH.keys()
