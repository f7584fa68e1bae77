"""Memory that is shared out before it is taken."""

import asyncio
import math
from pathlib import Path
from typing import Final

import pytest
from PIL import Image

from handler.jobs import maker
from handler.jobs.room import NETWORK_BYTES, Room
from handler.telegram.deliver import encode_for
from handler.telegram.delivery import Delivery
from model_layer import ModelStore
from model_layer.effects import Neon, Upscale
from model_layer.images import Decoded
from model_layer.planning.memory import predicted_bytes
from model_layer.planning.planner import Speed
from model_layer.planning.speed_estimator import SpeedEstimator
from playground import Playground
from tests.handler.jobs.conftest import MakeWorker, RequestOf
from tests.handler.running_bot import jpeg, results

FREE: Final = NETWORK_BYTES + 100


class Visits:
    """Shares that are asked for, each by a task, and those that are held."""

    def __init__(self, room: Room) -> None:
        self.room = room
        self.inside: list[str] = []
        self._ends: dict[str, asyncio.Event] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}

    async def ask(self, name: str, needed: float) -> None:
        self._ends[name] = asyncio.Event()
        self._tasks[name] = asyncio.create_task(self._stay(name, needed))
        await settled()

    async def end(self, name: str) -> None:
        self._ends[name].set()
        await self._tasks[name]
        await settled()

    async def give_up(self, name: str) -> None:
        self._tasks[name].cancel()
        await settled()

    async def _stay(self, name: str, needed: float) -> None:
        async with self.room.share(needed):
            self.inside.append(name)
            await self._ends[name].wait()
            self.inside.remove(name)


async def settled() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


@pytest.fixture
def visits() -> Visits:
    return Visits(Room(lambda: FREE))


async def test_what_fits_together_is_there_together(visits: Visits) -> None:
    for name, needed in (("a", 60), ("b", 40)):
        await visits.ask(name, needed)
    assert visits.inside == ["a", "b"]


async def test_what_does_not_fit_waits_and_nobody_passes_it(visits: Visits) -> None:
    for name, needed in (("a", 60), ("b", 60), ("c", 1)):
        await visits.ask(name, needed)
    assert visits.inside == ["a"]
    await visits.end("a")
    assert visits.inside == ["b", "c"]


async def test_what_never_fits_is_there_alone(visits: Visits) -> None:
    for name, needed in (("a", 1), ("b", 1000), ("c", 1)):
        await visits.ask(name, needed)
    assert visits.inside == ["a"]
    await visits.end("a")
    assert visits.inside == ["b"]
    await visits.end("b")
    assert visits.inside == ["c"]


async def test_who_wants_to_be_alone_is_even_without_a_limit() -> None:
    visits = Visits(Room(lambda: math.inf))
    for name, needed in (("a", 10.0**12), ("b", math.inf), ("c", 1)):
        await visits.ask(name, needed)
    assert visits.inside == ["a"]
    await visits.end("a")
    assert visits.inside == ["b"]


async def test_who_gives_up_holds_nobody_up(visits: Visits) -> None:
    for name, needed in (("a", 60), ("b", 60), ("c", 40)):
        await visits.ask(name, needed)
    await visits.give_up("b")
    assert visits.inside == ["a", "c"]


async def test_what_is_given_back_is_there_for_others(visits: Visits) -> None:
    async with visits.room.share(90) as share:
        assert visits.room.left_for(share) == FREE
        await visits.ask("b", 60)
        assert visits.inside == []
        visits.room.reduce(share, 40)
        await settled()
        assert visits.inside == ["b"]
        assert visits.room.left_for(share) == FREE - 60


async def test_the_memory_is_looked_at_when_nobody_is_there(visits: Visits) -> None:
    free = [FREE, FREE - 50]
    visits.room = Room(lambda: free.pop(0))
    for name in "ab":
        await visits.ask(name, 50)
    assert visits.inside == ["a", "b"]
    for name in "ab":
        await visits.end(name)
    for name in "cd":
        await visits.ask(name, 50)
    assert visits.inside == ["c"]


@pytest.mark.parametrize("pictures", [1, 2])
async def test_two_pictures_are_there_at_once_only_where_both_fit(
    make_worker: MakeWorker,
    telegram: Playground,
    request_of: RequestOf,
    monkeypatch: pytest.MonkeyPatch,
    pictures: int,
) -> None:
    sizes = [(100, 80), (100, 81)]
    needed = predicted_bytes(Neon(), sizes[-1])
    worker = make_worker(room=Room(lambda: NETWORK_BYTES + pictures * needed))
    there = 0
    seen: list[int] = []
    decoded = worker._pictures.decode

    async def decode(data: bytes) -> Decoded:
        nonlocal there
        there += 1
        seen.append(there)
        return await decoded(data)

    async def encode(image: Image.Image, best: Delivery) -> tuple[Delivery, bytes]:
        nonlocal there
        await asyncio.sleep(0.05)
        there -= 1
        return await encode_for(image, best)

    monkeypatch.setattr(worker._pictures, "decode", decode)
    monkeypatch.setattr(maker, "encode_for", encode)
    people = [telegram.person(name) for name in ("Alice", "Bob")]
    jobs = [
        await request_of(person, jpeg(size), id=person.name) for person, size in zip(people, sizes)
    ]
    await asyncio.gather(*map(worker.attempt, jobs))
    assert max(seen) == pictures
    assert all(map(results, people))


def test_no_network_takes_more_than_is_kept_for_it() -> None:
    from model_layer import Engine  # noqa: PLC0415  # imports torch

    folder = Path(__file__).parents[3] / "weights"
    speeds = SpeedEstimator(lambda model, network: Speed(1e9))
    engine = Engine(ModelStore.from_folder(folder), "cpu", speeds)
    largest = (8000, 6000)
    for effect in (Neon(), Upscale(2), Upscale(3), Upscale(4)):
        results_bytes = effect.memory_bytes(0, math.prod(effect.output_size(largest)))
        for plan in engine.plans(effect, largest):
            assert plan.memory_bytes - results_bytes < NETWORK_BYTES
