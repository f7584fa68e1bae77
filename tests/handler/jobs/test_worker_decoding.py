"""Pictures that hold up a decoder, and jobs that a process was killed over."""

import asyncio
import threading
import time
from collections.abc import Callable

import pytest

from handler.jobs import pictures
from handler.jobs.worker import Worker
from model_layer.images import Decoded, decode
from playground import Person
from tests.handler.jobs.conftest import RequestOf
from tests.handler.running_bot import jpeg


class Decoders:
    """Decoders that wait to be let go on."""

    def __init__(self) -> None:
        self.gate = threading.Event()
        self.at_once = 0
        self.most_at_once = 0

    def decode(self, data: bytes, max_pixels: int) -> Decoded:
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        self.gate.wait(10)
        self.at_once -= 1
        return decode(data, max_pixels)


@pytest.fixture
def decoders(monkeypatch: pytest.MonkeyPatch) -> Decoders:
    decoders = Decoders()
    monkeypatch.setattr(pictures, "decode", decoders.decode)
    return decoders


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not condition():  # noqa: ASYNC110  # a thread's doing
            await asyncio.sleep(0.005)


async def test_a_worker_whose_decoder_never_ends_is_not_well(
    worker: Worker,
    person: Person,
    request_of: RequestOf,
    decoders: Decoders,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    job = await request_of(person, jpeg())
    assert worker.is_well()
    working = asyncio.create_task(worker.attempt(job))
    await until(lambda: decoders.at_once == 1)
    assert worker.is_well()
    later = time.monotonic() + pictures.DECODING_SECONDS
    with monkeypatch.context() as patch:
        patch.setattr(time, "monotonic", lambda: later)
        assert not worker.is_well()
    decoders.gate.set()
    await working
    assert worker.is_well()


@pytest.mark.parametrize("suspects", [0, 1, 2])
async def test_a_job_that_a_process_was_killed_over_is_decoded_alone(
    worker: Worker, person: Person, request_of: RequestOf, decoders: Decoders, suspects: int
) -> None:
    jobs = [
        await request_of(person, jpeg((64, 40 + number)), id=str(number)) for number in range(2)
    ]
    for job in jobs[:suspects]:
        await worker._results.claim(f"attempt:{job.id}", 60)
    working = [asyncio.create_task(worker.attempt(job)) for job in jobs]
    await until(lambda: decoders.at_once == (1 if suspects else 2))
    await asyncio.sleep(0.05)  # for one that does not wait for its turn
    decoders.gate.set()
    await asyncio.gather(*working)
    assert decoders.most_at_once == (1 if suspects else 2)


async def test_a_job_that_is_alone_does_not_wait_for_those_that_wait_for_it(
    worker: Worker, person: Person, request_of: RequestOf
) -> None:
    """They have the places for pictures, and come no further than to the room."""
    job = await request_of(person, jpeg())
    await worker._results.claim(f"attempt:{job.id}", 60)
    while not worker._pictures.places.locked():
        await worker._pictures.places.acquire()
    async with asyncio.timeout(10):
        await worker.attempt(job)
