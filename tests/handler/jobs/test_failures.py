"""Every failure has words for the person, in both languages."""

import pytest

from handler.jobs.failures import TookTooLongError, explain, is_transient
from handler.telegram.delivery import UndeliverableError
from handler.telegram.errors import (
    ChatClosedError,
    DownloadError,
    FileGoneError,
    FileTooLargeError,
    RefusedError,
    RetryAfterError,
    UnavailableError,
)
from handler.texts.texts import LANGUAGES, Texts
from model_layer.images import BrokenImageError, ImageTooLargeError, UnsupportedFormatError

TEXTS = Texts("en")

AWAY = [
    (UnavailableError("502"), "error-telegram-away"),
    (RetryAfterError(600), "error-telegram-away"),
    (DownloadError("7 of 8 bytes"), "error-download"),
]

EXPECTED = [
    (FileGoneError("x"), "error-file-gone"),
    (FileTooLargeError("x"), "error-file-too-large"),
    (UnsupportedFormatError("x"), "error-unsupported-format"),
    (BrokenImageError("x"), "error-broken-file"),
    (TookTooLongError("x"), "error-took-too-long"),
    (ImageTooLargeError(20_000, 10_000, 50_000_000), "error-too-many-pixels"),
]


@pytest.mark.parametrize(("error", "key"), EXPECTED)
def test_what_the_person_can_understand_is_explained(error: Exception, key: str) -> None:
    explanation = explain(error)
    assert explanation.key == key
    assert not explanation.is_our_fault
    for language in LANGUAGES:
        text = TEXTS.get(language, key, **explanation.variables)
        assert text
        assert "{" not in text


def test_sizes_are_told_without_separators() -> None:
    explanation = explain(ImageTooLargeError(20_000, 10_000, 50_000_000))
    text = TEXTS.get("en", explanation.key, **explanation.variables)
    assert "20000 × 10000" in text


@pytest.mark.parametrize(("error", "key"), AWAY)
def test_when_telegram_is_away_neither_the_bot_nor_the_picture_is_blamed(
    error: Exception, key: str
) -> None:
    explanation = explain(error)
    assert explanation.key == key
    assert explanation.is_our_fault  # it has to be seen in the log
    assert is_transient(error)


@pytest.mark.parametrize("error", [RuntimeError("x"), KeyError("x")])
def test_the_rest_is_the_bots_own_fault(error: Exception) -> None:
    explanation = explain(error)
    assert explanation.key == "error-internal"
    assert explanation.is_our_fault


@pytest.mark.parametrize(
    "error",
    [
        *(error for error, _ in EXPECTED),
        ChatClosedError("bot was blocked by the user"),
        RefusedError("TOPIC_CLOSED"),
        UndeliverableError("refused"),
    ],
)
def test_what_would_be_the_same_again_does_not_pass(error: Exception) -> None:
    assert not is_transient(error)


@pytest.mark.parametrize(
    "error",
    [UnavailableError("502"), MemoryError(), OSError("no space"), RuntimeError("broken")],
)
def test_what_is_our_own_fault_may_pass(error: Exception) -> None:
    assert is_transient(error)


def test_a_full_memory_may_pass_and_is_named_when_it_does_not() -> None:
    assert is_transient(MemoryError())
    explanation = explain(MemoryError())
    for language in LANGUAGES:
        text = TEXTS.get(language, explanation.key, **explanation.variables)
        assert text.strip()
        assert "{" not in text
    assert "memory" in TEXTS.get("en", explanation.key, **explanation.variables)
