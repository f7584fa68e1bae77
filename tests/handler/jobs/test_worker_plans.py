"""Jobs are planned before they begin: an estimate, a lighter model, or a kind refusal."""

import asyncio
from collections.abc import Callable

import pytest

from handler.jobs.sqlite.results import SqliteResultCache
from handler.jobs.worker import Worker
from handler.texts.texts import Texts
from model_layer.effects import Size, Upscale
from playground import Person, Playground
from playground.engine import FakeEngine, model_of
from tests.handler.jobs.conftest import MakeWorker, RequestOf
from tests.handler.jobs.pictures import encoded, gradient, noise
from tests.handler.jobs.workbench import bot_messages, claimed, is_free, only_text, work_on
from tests.handler.running_bot import opened

SIZE = (100, 80)
PIXELS = SIZE[0] * SIZE[1]
PHOTO = encoded(gradient(SIZE))
WorkerWith = Callable[[FakeEngine], Worker]


def engine_that_takes(seconds: float, model: str = "lighter", scale: int = 2) -> FakeEngine:
    """Return an engine that needs so long for ×scale of the photo with one of its models."""
    operations = model_of(Upscale(scale), model).operations_per_pixel * PIXELS
    return FakeEngine(operations_per_second=operations / seconds)


@pytest.fixture
def worker_with(make_worker: MakeWorker) -> WorkerWith:
    return lambda engine: make_worker(lambda: engine, job_seconds=300, patience_seconds=20)


@pytest.mark.parametrize(("seconds", "model"), [(12, "better"), (120, "lighter")])
async def test_the_better_model_is_taken_as_long_as_that_takes_no_patience(
    worker_with: WorkerWith, request_of: RequestOf, person: Person, seconds: float, model: str
) -> None:
    engine = engine_that_takes(seconds, "better")
    await work_on(worker_with(engine), await request_of(person, PHOTO, effect_code="upscale:2"))
    assert engine.models == [model]
    answer, _preview = bot_messages(person)
    assert "document" in answer


async def test_the_person_reads_how_long_it_will_take(
    worker_with: WorkerWith, request_of: RequestOf, person: Person
) -> None:
    engine = engine_that_takes(12, "better")
    engine.gate.clear()
    job = await request_of(person, PHOTO, effect_code="upscale:2")
    working = asyncio.create_task(work_on(worker_with(engine), job))
    left = "25%\n⏱ Ready in about "  # the engine is held at a quarter, which took no time
    await person.wait_for(lambda m: left in m.get("text", ""), timeout=5)
    engine.gate.set()
    await working


@pytest.mark.parametrize(
    ("effect", "scale", "seconds", "said"),
    [
        # ×4 takes four times as long as ×2, and ×3 two and a quarter times. What is named instead
        # is done in 300 s / (MARGIN · PROMISE) = 200 s.
        ("upscale:4", 2, 190, ("about 13 minutes", "This I can do, though: 51 px → ×4, ×2 ")),
        ("upscale:4", 2, 85, ("about 6 minutes", "though: 76 px → ×4, ×2, ×3 ")),
        ("upscale:2", 2, 790, ("about 13 minutes", "Up to 50 × 40 I can do it")),
        ("upscale:2", 2, 1e9, ("hours", "Try something much smaller")),
    ],
)
async def test_what_would_not_finish_is_refused_with_what_would(
    worker_with: WorkerWith,
    request_of: RequestOf,
    person: Person,
    results: SqliteResultCache,
    *,
    effect: str,
    scale: int,
    seconds: float,
    said: tuple[str, str],
) -> None:
    engine = engine_that_takes(seconds, scale=scale)
    asked = await request_of(person, PHOTO, "photo.jpg", effect_code=effect)
    job = await claimed(asked, results)
    await work_on(worker_with(engine), job)
    assert all(part in only_text(person) for part in said), only_text(person)
    assert engine.models == []
    assert await is_free(job, results)


@pytest.mark.parametrize(
    ("file_name", "effect", "size"),
    [(None, "upscale:4", (204, 164)), ("planned.jpg", "upscale:4:faithful:60", (204, 164))],
)
async def test_what_was_offered_is_done_as_far_as_it_can_be(
    worker_with: WorkerWith,
    request_of: RequestOf,
    person: Person,
    results: SqliteResultCache,
    *,
    file_name: str | None,
    effect: str,
    size: Size,
) -> None:
    """A photo's buttons, and those that a refusal has planned, on a machine that is slower now."""
    worker = worker_with(engine_that_takes(190))
    job = await request_of(person, PHOTO, file_name, effect_code=effect)
    await work_on(worker, job)
    result = next(message for message in bot_messages(person) if "document" in message)
    assert opened(await person.download(result)).size == size
    assert "51 px" in result["caption"]
    assert await results.get(job.result_key) is None  # a quicker machine would do better


async def test_a_result_is_remembered_as_that_of_the_model_that_made_it(
    worker_with: WorkerWith, request_of: RequestOf, person: Person, results: SqliteResultCache
) -> None:
    better, lighter = (model_of(Upscale(2), name).sha256 for name in ("better", "lighter"))
    engine = engine_that_takes(120, "better")
    worker = worker_with(engine)
    job = await request_of(person, PHOTO, effect_code="upscale:2", model_digest=better)
    await work_on(worker, job)
    assert await results.get(job.result_key) is None
    made = job.model_copy(update={"model_digest": lighter})
    assert await results.get(made.result_key) is not None
    await work_on(worker, job)  # known by now, though not to whoever asked
    assert engine.models == ["lighter"]
    answer, _preview = bot_messages(person)
    assert "document" in answer


async def test_the_first_job_of_a_cold_process_says_so_and_the_second_does_not(
    worker: Worker, request_of: RequestOf, telegram: Playground
) -> None:
    assert await shows_warming(worker, request_of, telegram.person("Alice"))
    assert not await shows_warming(worker, request_of, telegram.person("Bob"))


async def test_networks_that_are_loaded_ahead_keep_no_job_waiting(
    worker: Worker, request_of: RequestOf, person: Person
) -> None:
    await worker.warm_up()
    assert not await shows_warming(worker, request_of, person)


async def shows_warming(worker: Worker, request_of: RequestOf, person: Person) -> bool:
    """Do a job; tell whether its status message said that the studio warms up."""
    photo = encoded(noise((60 + len(person.name), 50)))
    await worker.attempt(await request_of(person, photo, id=person.name))
    warming = Texts().get("en", "status-warming", effect="neon")
    edits = [event.payload for event in person.history if event.kind == "edited"]
    return any(edit.get("text") == warming for edit in edits)
