"""One thread for the networks, which ends its work when asked to."""

import asyncio
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from PIL import Image, ImageOps

from handler.jobs.failures import TookTooLongError
from handler.jobs.model_thread import EngineLike, ModelThread, OnProgress
from model_layer.effects import Effect, Neon
from model_layer.store.manifest import Inputs

ROOT = Path(__file__).parents[3]
DIGEST = "0" * 64
PICTURE = Image.linear_gradient("L").convert("RGB")


class Inverter:
    """An engine that inverts colours, in as many steps as it is let do."""

    def __init__(self) -> None:
        self.threads: set[int] = set()
        self.at_once = 0
        self.most_at_once = 0
        self.begun = threading.Event()
        self.may_end = threading.Event()
        self.may_end.set()
        self.stopped = threading.Event()

    def apply(
        self, effect: Effect, image: Image.Image, on_progress: OnProgress | None = None
    ) -> Image.Image:
        assert on_progress is not None
        self.threads.add(threading.get_ident())
        self.at_once += 1
        self.most_at_once = max(self.at_once, self.most_at_once)
        self.begun.set()
        try:
            while not self.may_end.wait(0.005):
                on_progress(0.5)
            on_progress(1.0)
            return ImageOps.invert(image)
        finally:
            self.at_once -= 1
            self.stopped.set()


@pytest.fixture
def engine() -> Inverter:
    return Inverter()


@pytest.fixture
async def model(engine: Inverter) -> AsyncIterator[ModelThread]:
    thread = ModelThread(lambda: engine)
    yield thread
    await thread.close()


def ignore(done: float) -> None:
    """Take no note of progress."""


async def wait(event: threading.Event) -> None:
    assert await asyncio.to_thread(event.wait, 5)


async def test_the_picture_comes_back_with_progress(model: ModelThread, engine: Inverter) -> None:
    reported: list[tuple[float, int]] = []
    result = await model.apply(
        Neon(),
        PICTURE,
        lambda done: reported.append((done, threading.get_ident())),
        60,
        DIGEST,
    )
    assert result.image.tobytes() == ImageOps.invert(PICTURE).tobytes()
    assert [done for done, _ in reported] == [0.0, 1.0]
    assert threading.get_ident() not in engine.threads
    assert {thread for _, thread in reported} == engine.threads


async def test_only_one_job_at_a_time_and_always_in_the_same_thread(
    model: ModelThread, engine: Inverter
) -> None:
    await asyncio.gather(
        *(model.apply(Neon(), PICTURE, ignore, seconds=60, digest=DIGEST) for _ in range(5))
    )
    assert engine.most_at_once == 1
    assert len(engine.threads) == 1


async def test_the_engine_is_made_once_when_needed_and_again_after_a_failure(
    engine: Inverter,
) -> None:
    made: list[str] = []

    def factory() -> EngineLike:
        made.append(threading.current_thread().name)
        if len(made) == 1:
            raise OSError("no weights")
        return engine

    model = ModelThread(factory)
    assert made == []
    with pytest.raises(OSError, match="no weights"):
        await model.apply(Neon(), PICTURE, ignore, seconds=60, digest=DIGEST)
    await model.apply(Neon(), PICTURE, ignore, seconds=60, digest=DIGEST)
    await model.apply(Neon(), PICTURE, ignore, seconds=60, digest=DIGEST)
    assert len(made) == 2
    assert made[0].startswith("model")
    await model.close()


async def test_when_the_time_is_up_the_thread_stops(model: ModelThread, engine: Inverter) -> None:
    engine.may_end.clear()
    with pytest.raises(TookTooLongError):
        await model.apply(Neon(), PICTURE, ignore, seconds=0.02, digest=DIGEST)
    assert engine.stopped.is_set()


async def test_no_time_left_means_no_work(model: ModelThread, engine: Inverter) -> None:
    with pytest.raises(TookTooLongError):
        await model.apply(Neon(), PICTURE, ignore, seconds=-1, digest=DIGEST)
    assert not engine.begun.is_set()


async def test_waiting_for_the_thread_costs_no_time(model: ModelThread, engine: Inverter) -> None:
    engine.may_end.clear()
    first = asyncio.create_task(model.apply(Neon(), PICTURE, ignore, seconds=60, digest=DIGEST))
    await wait(engine.begun)
    seconds = 0.5
    submitted = time.monotonic()
    second = asyncio.create_task(
        model.apply(Neon(), PICTURE, ignore, seconds=seconds, digest=DIGEST)
    )
    await asyncio.to_thread(_until, lambda: time.monotonic() > submitted + seconds)
    engine.may_end.set()
    await asyncio.gather(first, second)


def _until(condition: Callable[[], bool]) -> None:
    while not condition():
        time.sleep(0.005)


async def test_cancelling_stops_the_thread_for_the_next_job(
    model: ModelThread, engine: Inverter
) -> None:
    engine.may_end.clear()
    task = asyncio.create_task(model.apply(Neon(), PICTURE, ignore, seconds=60, digest=DIGEST))
    await wait(engine.begun)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await wait(engine.stopped)
    engine.may_end.set()
    assert await model.apply(Neon(), PICTURE, ignore, seconds=60, digest=DIGEST)


async def test_who_cancels_goes_on_when_the_thread_has_stopped(
    model: ModelThread, engine: Inverter
) -> None:
    engine.may_end.clear()
    task = asyncio.create_task(model.apply(Neon(), PICTURE, ignore, seconds=60, digest=DIGEST))
    await wait(engine.begun)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert engine.stopped.is_set()


async def test_a_thread_that_does_not_stop_is_left_with_a_warning(
    model: ModelThread,
    engine: Inverter,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr("handler.jobs.model_thread.STOP_SECONDS", 0.05)
    silent, may_go_on = threading.Event(), threading.Event()

    def be_silent(done: float) -> None:
        if done:
            silent.set()
            may_go_on.wait(5)

    engine.may_end.clear()
    task = asyncio.create_task(model.apply(Neon(), PICTURE, be_silent, 60, DIGEST))
    await wait(silent)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not engine.stopped.is_set()
    assert caplog.messages == ["the model goes on computing 0 s after it was to stop"]
    may_go_on.set()
    await wait(engine.stopped)


class Weights:
    """A store whose weights are replaced while a network is at work, if the test says so."""

    def __init__(self, *digests: str) -> None:
        self.wanted: list[str] = []
        self._digests = list(digests)

    def refresh(self, effect: Effect, wanted: str, inputs: Inputs = "clean") -> str:
        self.wanted.append(wanted)
        return self._digests.pop(0)

    def digest(self, effect: Effect) -> str:
        return self._digests.pop(0)


@pytest.mark.parametrize(("before", "after", "said"), [("new", "new", "new"), ("old", "new", None)])
async def test_a_result_names_the_weights_that_made_it_if_that_is_certain(
    engine: Inverter, before: str, after: str, said: str | None
) -> None:
    weights = Weights(before, after)
    model = ModelThread(lambda: engine, weights)
    made = await model.apply(Neon(), PICTURE, ignore, seconds=60, digest="wanted")
    assert made.digest == said
    assert weights.wanted == ["wanted"]
    await model.close()


async def test_cancelling_what_waits_keeps_it_from_running(
    model: ModelThread, engine: Inverter
) -> None:
    engine.may_end.clear()
    first = asyncio.create_task(model.apply(Neon(), PICTURE, ignore, seconds=60, digest=DIGEST))
    await wait(engine.begun)
    reported: list[float] = []
    second = asyncio.create_task(
        model.apply(Neon(), PICTURE, reported.append, seconds=60, digest=DIGEST)
    )
    await asyncio.sleep(0)
    second.cancel()
    with pytest.raises(asyncio.CancelledError):
        await second
    engine.may_end.set()
    await first
    await model.apply(Neon(), PICTURE, ignore, seconds=60, digest=DIGEST)
    assert reported == []


async def test_closing_stops_the_work(model: ModelThread, engine: Inverter) -> None:
    engine.may_end.clear()
    task = asyncio.create_task(model.apply(Neon(), PICTURE, ignore, seconds=60, digest=DIGEST))
    await wait(engine.begun)
    async with asyncio.timeout(5):
        await model.close()
    assert engine.stopped.is_set()
    assert (await asyncio.gather(task, return_exceptions=True))[0].__class__.__name__ == (
        "AbortedError"
    )


def test_importing_the_worker_does_not_import_torch() -> None:
    code = "import sys, handler.jobs.worker; print('torch' in sys.modules)"
    command = [sys.executable, "-c", code]
    run = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    assert run.stdout == "False\n"
