"""Every failure has words for the person, in both languages."""

import pytest
from aiogram.exceptions import TelegramBadRequest, TelegramForbiddenError
from aiogram.methods import GetMe

from handler.conversation.texts import LANGUAGES, Texts
from handler.jobs.failures import (
    FileGoneError,
    FileTooLargeError,
    TookTooLongError,
    TooManyPixelsError,
    explain,
    is_chat_closed,
)
from model_layer.images import BrokenImageError, ImageTooLargeError, UnsupportedFormatError

TEXTS = Texts("en")

METHOD = GetMe()

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
