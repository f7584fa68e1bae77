"""Calls to Telegram wait when told to, and are made again after a broken connection."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramBadRequest,
    TelegramEntityTooLarge,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
)
from aiogram.methods import GetMe

from handler.telegram import retry as patience
from handler.telegram.retry import TelegramUnavailableError, UploadTooLargeError, patiently

METHOD = GetMe()
BAD_GATEWAY = ClientDecodeError("no JSON", ValueError("x"), "<h1>502 Bad Gateway</h1> secret")
TOO_LARGE_PAGE = ClientDecodeError("no JSON", ValueError("x"), "<h1>413 Request Entity Too Large")


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Note what would be slept, without sleeping."""
    seconds: list[float] = []

    async def sleep(delay: float) -> None:
        seconds.append(delay)

    monkeypatch.setattr(asyncio, "sleep", sleep)
    monkeypatch.setattr(patience, "PAUSE", 1.5)
    return seconds


def answering(*answers: Exception | str) -> Callable[[], Awaitable[str]]:
    remaining = list(answers)

    async def call() -> str:
        answer = remaining.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    return call


def retry_after(seconds: int) -> TelegramRetryAfter:
    return TelegramRetryAfter(METHOD, "Too Many Requests", seconds)


async def test_a_429_is_waited_for(slept: list[float]) -> None:
    assert await patiently(answering(retry_after(3), retry_after(5), "done")) == "done"
    assert slept == [3, 5]


async def test_waiting_is_bounded(slept: list[float]) -> None:
    with pytest.raises(TelegramRetryAfter):
        await patiently(answering(retry_after(6), retry_after(5), "done"), max_wait=10)
    assert slept == [6]


@pytest.mark.parametrize(
    "error",
    [
        TelegramNetworkError(METHOD, "connection reset"),
        TelegramServerError(METHOD, "Internal Server Error"),
        BAD_GATEWAY,
    ],
)
async def test_a_broken_connection_gets_a_second_try(error: Exception, slept: list[float]) -> None:
    assert await patiently(answering(error, "done")) == "done"
    assert slept == [1.5]


async def test_a_connection_broken_twice_is_given_up_without_its_contents(
    slept: list[float],
) -> None:
    with pytest.raises(TelegramUnavailableError) as failure:
        await patiently(answering(BAD_GATEWAY, BAD_GATEWAY, "never"))
    assert "secret" not in str(failure.value)
    assert failure.value.__suppress_context__
    assert slept == [1.5]


@pytest.mark.parametrize("error", [TelegramEntityTooLarge(METHOD, "too large"), TOO_LARGE_PAGE])
async def test_a_413_is_told_apart_and_not_tried_again(
    error: Exception, slept: list[float]
) -> None:
    with pytest.raises(UploadTooLargeError):
        await patiently(answering(error, "never"))
    assert slept == []


async def test_other_refusals_come_through_at_once(slept: list[float]) -> None:
    with pytest.raises(TelegramBadRequest):
        await patiently(answering(TelegramBadRequest(METHOD, "Bad Request: no"), "never"))
    assert slept == []
