"""Every failure has words for the person, in both languages."""

import pytest
from aiogram.exceptions import (
    TelegramBadRequest,
    TelegramEntityTooLarge,
    TelegramForbiddenError,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
)
from aiogram.methods import GetMe

from handler.jobs.failures import (
    FileGoneError,
    FileTooLargeError,
    TookTooLongError,
    TooManyPixelsError,
    explain,
    is_chat_closed,
    is_telegram_away,
    may_pass,
)
from handler.telegram.delivery import UndeliverableError
from handler.telegram.retry import TelegramUnavailableError
from handler.texts.texts import LANGUAGES, Texts
from model_layer.images import BrokenImageError, ImageTooLargeError, UnsupportedFormatError

TEXTS = Texts("en")

METHOD = GetMe()

AWAY = [
    TelegramUnavailableError("502"),
    TelegramServerError(METHOD, "Bad Gateway"),
    TelegramNetworkError(METHOD, "no connection"),
    TelegramRetryAfter(METHOD, "Too Many Requests", 600),
]

EXPECTED = [
    (FileGoneError("x"), "error-file-gone"),
    (FileTooLargeError("x"), "error-file-too-large"),
    (UnsupportedFormatError("x"), "error-unsupported-format"),
    (BrokenImageError("x"), "error-broken-file"),
    (TookTooLongError("x"), "error-took-too-long"),
    (ImageTooLargeError(20_000, 10_000, 50_000_000), "error-too-many-pixels"),
    (TooManyPixelsError((5000, 4000), "Neon"), "error-too-many-pixels"),
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


def test_alternatives_are_told() -> None:
    explanation = explain(TooManyPixelsError((5000, 4000), "Neon, ×2"))
    assert "Neon, ×2" in TEXTS.get("en", explanation.key, **explanation.variables)


@pytest.mark.parametrize("error", AWAY)
def test_when_telegram_is_away_the_bot_does_not_blame_itself(error: Exception) -> None:
    assert is_telegram_away(error)
    explanation = explain(error)
    assert explanation.key == "error-telegram-away"
    assert explanation.is_our_fault  # it has to be seen in the log
    assert may_pass(error)


def test_a_file_too_large_is_no_failure_of_telegram() -> None:
    assert not is_telegram_away(TelegramEntityTooLarge(METHOD, "Request Entity Too Large"))


@pytest.mark.parametrize("error", [RuntimeError("x"), MemoryError(), KeyError("x")])
def test_the_rest_is_the_bots_own_fault(error: Exception) -> None:
    explanation = explain(error)
    assert explanation.key == "error-internal"
    assert explanation.is_our_fault


@pytest.mark.parametrize(
    "error",
    [
        TelegramForbiddenError(METHOD, "Forbidden: bot was blocked by the user"),
        TelegramForbiddenError(METHOD, "Forbidden: user is deactivated"),
        TelegramBadRequest(METHOD, "Bad Request: chat not found"),
    ],
)
def test_closed_chats_are_known(error: Exception) -> None:
    assert is_chat_closed(error)


@pytest.mark.parametrize(
    "error", [TelegramBadRequest(METHOD, "Bad Request: message to edit not found"), KeyError()]
)
def test_other_errors_close_no_chat(error: Exception) -> None:
    assert not is_chat_closed(error)


@pytest.mark.parametrize(
    "error",
    [
        *(error for error, _ in EXPECTED),
        TelegramForbiddenError(METHOD, "Forbidden: bot was blocked by the user"),
        TelegramBadRequest(METHOD, "Bad Request: TOPIC_CLOSED"),
        UndeliverableError("refused"),
    ],
)
def test_what_would_be_the_same_again_does_not_pass(error: Exception) -> None:
    assert not may_pass(error)


@pytest.mark.parametrize(
    "error",
    [TelegramUnavailableError("502"), MemoryError(), OSError("no space"), RuntimeError("broken")],
)
def test_what_is_our_own_fault_may_pass(error: Exception) -> None:
    assert may_pass(error)
