"""One thread for the networks, which ends its work when asked to."""

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Callable

import pytest
from PIL import Image, ImageOps

from handler.jobs.engine import OnProgress
from handler.jobs.failures import TookTooLongError
from handler.jobs.job import Job
from handler.jobs.model_thread import AbortedError, ModelThread
from handler.settings import Settings
from model_layer.planning.planner import Plan
from playground.engine import FakeEngine
from tests.handler.jobs.workbench import wait
from tests.handler.running_bot import TOKEN

PICTURE = Image.linear_gradient("L").convert("RGB")
SETTINGS = Settings.model_validate({"bot_token": TOKEN})


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine()


@pytest.fixture
async def model(engine: FakeEngine) -> AsyncIterator[ModelThread]:
    thread = ModelThread(lambda: engine)
    yield thread
    await thread.close()


def ignore(done: float) -> None:
    """Take no note of progress."""


def job(effect_code: str = "neon:neon") -> Job:
    return Job(
        id="1",
        chat_id=7,
        photo_message_id=1,
        source="photo",
        file_id="file",
        file_unique_id="unique",
        effect_code=effect_code,
        model_digest="0" * 64,
    )


async def work(
    model: ModelThread,
    on_progress: OnProgress = ignore,
    seconds: float = 60,
    effect: str = "neon:neon",
) -> Image.Image:
    async with model.turn(seconds) as turn:
        plan = await turn.choose(job(effect), PICTURE.size, SETTINGS)
        assert isinstance(plan, Plan)
        return await turn.apply(plan, PICTURE, on_progress)


async def test_the_picture_comes_back_with_progress(model: ModelThread, engine: FakeEngine) -> None:
    reported: list[tuple[float, int]] = []
    result = await work(model, lambda done: reported.append((done, threading.get_ident())))
    assert result.tobytes() == ImageOps.invert(PICTURE).tobytes()
    assert [done for done, _ in reported] == [0.0, 1.0]
    assert threading.get_ident() not in engine.threads
    assert {thread for _, thread in reported} == engine.threads


async def test_only_one_job_at_a_time_and_always_in_the_same_thread(
    model: ModelThread, engine: FakeEngine
) -> None:
    await asyncio.gather(*(work(model) for _ in range(5)))
    assert engine.most_at_once == 1
    assert len(engine.threads) == 1


async def test_the_engine_is_made_once_when_needed_and_again_after_a_failure(
    engine: FakeEngine,
) -> None:
    made: list[str] = []

    def factory() -> FakeEngine:
        made.append(threading.current_thread().name)
        if len(made) == 1:
            raise OSError("no weights")
        return engine

    model = ModelThread(factory)
    assert made == []
    with pytest.raises(OSError, match="no weights"):
        await work(model)
    await work(model)
    await work(model)
    assert len(made) == 2
    assert made[0].startswith("model")
    await model.close()


async def test_when_the_time_is_up_the_thread_stops(model: ModelThread, engine: FakeEngine) -> None:
    engine.gate.clear()
    with pytest.raises(TookTooLongError):
        await work(model, seconds=0.02)
    assert engine.ended.is_set()


async def test_waiting_for_the_thread_costs_no_time(model: ModelThread, engine: FakeEngine) -> None:
    engine.gate.clear()
    first = asyncio.create_task(work(model))
    await wait(engine.begun)
    seconds = 0.5
    submitted = time.monotonic()
    second = asyncio.create_task(work(model, seconds=seconds))
    await asyncio.to_thread(_until, lambda: time.monotonic() > submitted + seconds)
    engine.gate.set()
    await asyncio.gather(first, second)


def _until(condition: Callable[[], bool]) -> None:
    while not condition():
        time.sleep(0.005)


async def test_cancelling_stops_the_thread_for_the_next_job(
    model: ModelThread, engine: FakeEngine
) -> None:
    engine.gate.clear()
    task = asyncio.create_task(work(model))
    await wait(engine.begun)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert engine.ended.is_set()
    engine.gate.set()
    assert await work(model)


async def test_a_thread_that_does_not_stop_is_left_with_a_warning(
    model: ModelThread,
    engine: FakeEngine,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr("handler.jobs.model_thread.STOP_SECONDS", 0.05)
    silent, may_go_on = threading.Event(), threading.Event()

    def be_silent(done: float) -> None:
        if done:
            silent.set()
            may_go_on.wait(5)

    engine.gate.clear()
    task = asyncio.create_task(work(model, be_silent))
    await wait(silent)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not engine.ended.is_set()
    assert caplog.messages == ["the model goes on computing 0 s after it was to stop"]
    may_go_on.set()
    await wait(engine.ended)


async def test_no_job_comes_between_a_plan_and_its_work(
    model: ModelThread, engine: FakeEngine
) -> None:
    async with model.turn(60) as turn:
        plan = await turn.choose(job(), PICTURE.size, SETTINGS)
        assert isinstance(plan, Plan)
        next_one = asyncio.create_task(work(model, effect="upscale:2"))
        await asyncio.sleep(0.05)  # as long as showing the plan takes
        await turn.apply(plan, PICTURE, ignore)
    await next_one
    assert engine.applied == ["neon:neon", "upscale:2"]


async def test_a_turn_gate_without_work(model: ModelThread, engine: FakeEngine) -> None:
    async with model.turn(60) as turn:
        await turn.choose(job(), PICTURE.size, SETTINGS)
    await work(model)
    assert engine.applied == ["neon:neon"]


async def test_cancelling_what_waits_keeps_it_from_running(
    model: ModelThread, engine: FakeEngine
) -> None:
    engine.gate.clear()
    first = asyncio.create_task(work(model))
    await wait(engine.begun)
    reported: list[float] = []
    second = asyncio.create_task(work(model, reported.append))
    await asyncio.sleep(0)
    second.cancel()
    with pytest.raises(asyncio.CancelledError):
        await second
    engine.gate.set()
    await first
    await work(model)
    assert reported == []


async def test_closing_stops_the_work(model: ModelThread, engine: FakeEngine) -> None:
    engine.gate.clear()
    task = asyncio.create_task(work(model))
    await wait(engine.begun)
    async with asyncio.timeout(5):
        await model.close()
    assert engine.ended.is_set()
    with pytest.raises(AbortedError):
        await task
