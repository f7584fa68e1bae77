"""The order in which parts of an album are made and sent."""

import asyncio
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import pytest

from handler.jobs.album import answer_album
from handler.jobs.failures import CancelledJobError
from handler.jobs.job import Job
from handler.telegram.album import AlbumStatus, PartStatus
from handler.telegram.errors import ChatClosedError, UnavailableError
from handler.telegram.status import Pace, StatusMessage
from model_layer.images import BrokenImageError

FOR_EVER = float("inf")


class Album:
    """Parts that are made at once, each of some bytes, or that fail."""

    def __init__(self, *parts: int | Exception, kinds: str = "") -> None:
        self.parts = dict(enumerate(parts, start=1))
        self.kinds = kinds or "p" * len(parts)
        self.sent: list[list[int]] = []
        self._numbers: dict[int, int] = {}

    async def answer(
        self, until: float = FOR_EVER, *, is_final: bool = False
    ) -> dict[int, Exception]:
        jobs: Any = dict.fromkeys(self.parts)
        return await answer_album(jobs, self.make, self.send, until=until, is_final=is_final)

    async def make(self, _: Job, number: int) -> PartStatus:
        outcome = self.parts[number]
        if isinstance(outcome, Exception):
            raise outcome
        bot: Any = SimpleNamespace(token="")  # nothing is sent
        status = AlbumStatus(StatusMessage(bot, 1, None, reply_to=1), Pace())
        part = PartStatus(status, "", reply_to=1, asker_id=None)
        kind = "photo" if self.kinds[number - 1] == "p" else "document"
        await part.replace(kind, "file", "", upload_bytes=outcome)  # type: ignore[arg-type]
        self._numbers[id(part)] = number
        return part

    async def send(self, parts: Sequence[PartStatus]) -> None:
        self.sent.append([self._numbers[id(part)] for part in parts])


async def test_all_parts_go_out_together() -> None:
    album = Album(1, 1, 1)
    assert await album.answer() == {}
    assert album.sent == [[1, 2, 3]]


async def test_what_is_too_much_for_one_call_goes_out_in_order() -> None:
    album = Album(30_000_000, 15_000_000, 45_000_000, 20_000_000, 20_000_000)
    await album.answer()
    assert album.sent == [[1, 2], [3], [4, 5]]


async def test_kinds_are_not_mixed() -> None:
    album = Album(1, 1, 1, 1, kinds="ppdp")
    await album.answer()
    assert album.sent == [[1, 2], [3], [4]]


async def test_an_album_has_ten_pictures_at_most() -> None:
    album = Album(*[1] * 12)
    await album.answer()
    assert album.sent == [list(range(1, 11)), [11, 12]]


async def test_what_is_made_too_late_goes_out_alone() -> None:
    album = Album(1, 1, 1)
    await album.answer(until=asyncio.get_running_loop().time())
    assert album.sent == [[1], [2], [3]]


async def test_a_failure_does_not_keep_the_others() -> None:
    broken = BrokenImageError("broken")
    album = Album(1, broken, 1)
    assert await album.answer() == {2: broken}
    assert album.sent == [[1, 3]]


async def test_nothing_but_failures() -> None:
    album = Album(BrokenImageError("1"), BrokenImageError("2"))
    assert list(await album.answer()) == [1, 2]
    assert album.sent == []


async def test_a_failure_that_may_pass_is_tried_again_before_anything_is_sent() -> None:
    away = UnavailableError("away")
    album = Album(1, away, 1)
    with pytest.raises(UnavailableError):
        await album.answer()
    assert album.sent == []
    assert await album.answer(is_final=True) == {2: away}
    assert album.sent == [[1, 3]]


@pytest.mark.parametrize("end", [ChatClosedError("gone"), CancelledJobError("cancelled")])
async def test_where_nobody_waits_nothing_is_made(end: Exception) -> None:
    album = Album(1, end, 1)
    with pytest.raises(type(end)):
        await album.answer(is_final=True)
    assert album.sent == []
