"""Whole jobs against a local Telegram: answers, redeliveries, overlap, memory."""

import asyncio
import gc

import pytest
from PIL import ImageStat

from handler.jobs.results import Result
from handler.jobs.sqlite.results import SqliteResultCache
from handler.jobs.worker import Worker
from handler.texts.texts import Texts
from playground import Fault, Person, Playground
from playground.engine import FakeEngine
from tests.handler.jobs.conftest import RequestOf
from tests.handler.jobs.pictures import decoded, encoded, gradient, noise
from tests.handler.jobs.workbench import (
    bot_messages,
    claimed,
    is_free,
    wait,
    work_on,
)

TEXTS = Texts("en")


async def test_a_photo_becomes_neon(
    worker: Worker, request_of: RequestOf, person: Person, results: SqliteResultCache
) -> None:
    job = await claimed(await request_of(person, encoded(gradient())), results)
    await work_on(worker, job)
    (answer,) = bot_messages(person)  # the status message is gone
    received = decoded(await person.download(answer)).convert("L")
    # The gradient runs from black to white; inverted, from white to black.
    assert ImageStat.Stat(received.crop((0, 0, 64, 8))).mean[0] > 200
    assert ImageStat.Stat(received.crop((0, 40, 64, 48))).mean[0] < 50
    remembered = await results.get(job.result_key)
    assert remembered is not None
    assert (remembered.kind, remembered.file_id) == ("photo", answer["photo"][-1]["file_id"])
    assert await is_free(job, results)


async def test_a_file_becomes_larger(
    worker: Worker, request_of: RequestOf, person: Person, results: SqliteResultCache
) -> None:
    image = gradient((40, 30), "RGBA")
    image.putalpha(gradient((40, 30), "L"))
    data = encoded(image, "PNG")
    job = await request_of(person, data, "cat.png", effect_code="upscale:3")
    await work_on(worker, job)
    answer, preview = bot_messages(person)
    assert answer["document"]["file_name"] == "cat-x3.png"
    received = decoded(await person.download(answer))
    assert (received.size, received.mode) == ((120, 90), "RGBA")
    remembered = await results.get(job.result_key)
    assert remembered is not None
    assert remembered.preview == preview["photo"][-1]["file_id"]
    assert preview["reply_to_message"]["message_id"] == answer["message_id"]


async def test_the_person_sees_how_far_it_is(
    worker: Worker,
    request_of: RequestOf,
    person: Person,
    telegram: Playground,
    engine: FakeEngine,
) -> None:
    engine.gate.clear()
    job = await request_of(person, encoded(gradient()), "a.jpg", effect_code="upscale:2")
    working = asyncio.create_task(work_on(worker, job))
    text = TEXTS.get("en", "status-working-upscale", percent=25, scale=2)
    await person.wait_for(lambda m: m.get("text", "").startswith(text), timeout=5)
    await telegram.wait_for_call(
        lambda c: c.method == "sendChatAction" and c.params["action"] == "upload_document",
        timeout=5,
    )
    engine.gate.set()
    await working


async def test_a_redelivered_job_sends_the_known_result_without_work(
    worker: Worker,
    request_of: RequestOf,
    person: Person,
    engine: FakeEngine,
    results: SqliteResultCache,
) -> None:
    job = await request_of(person, encoded(gradient()))
    await work_on(worker, job)
    await claimed(job, results)
    await work_on(worker, job)
    assert engine.applied == ["neon:neon"]
    (answer,) = bot_messages(person)
    assert "photo" in answer
    assert await is_free(job, results)


async def test_a_result_telegram_has_forgotten_is_made_again(
    worker: Worker,
    request_of: RequestOf,
    person: Person,
    engine: FakeEngine,
    results: SqliteResultCache,
) -> None:
    job = await request_of(person, encoded(gradient()))
    await results.put(job.result_key, Result(kind="photo", file_id="AgACgone"))
    await work_on(worker, job)
    assert engine.applied == ["neon:neon"]
    (answer,) = bot_messages(person)
    remembered = await results.get(job.result_key)
    assert remembered is not None
    assert remembered.file_id == answer["photo"][-1]["file_id"]


async def test_jobs_overlap_but_the_model_runs_one_at_a_time(
    worker: Worker, request_of: RequestOf, telegram: Playground, engine: FakeEngine
) -> None:
    people = [telegram.person(name) for name in ("Alice", "Bob", "Carol")]
    jobs = [
        await request_of(person, encoded(noise((60 + number, 50))), id=str(number))
        for number, person in enumerate(people)
    ]
    engine.gate.clear()
    working = [asyncio.create_task(work_on(worker, job)) for job in jobs]
    await wait(engine.begun)

    def asked_for() -> set[str]:
        return {c.params["file_id"] for c in telegram.calls if c.method == "getFile"}

    # While the first is worked on, the others are downloaded.
    file_ids = {job.file_id for job in jobs}
    await telegram.wait_for_call(lambda _: asked_for() == file_ids, timeout=5)
    engine.gate.set()
    await asyncio.gather(*working)
    assert engine.most_at_once == 1
    for number, person in enumerate(people):
        (answer,) = bot_messages(person)
        assert answer["photo"][-1]["width"] == 60 + number


async def test_no_picture_is_kept(
    worker: Worker, request_of: RequestOf, person: Person, engine: FakeEngine
) -> None:
    await work_on(worker, await request_of(person, encoded(gradient())))
    gc.collect()
    assert [picture() for picture in engine.pictures] == [None]


async def test_the_status_becomes_the_result_and_nothing_rings(
    worker: Worker, request_of: RequestOf, person: Person
) -> None:
    job = await request_of(person, encoded(gradient()))
    await work_on(worker, job)
    (answer,) = bot_messages(person)
    assert answer["message_id"] == job.status_message_id
    assert "photo" in answer


async def test_after_long_work_the_person_is_notified(
    worker: Worker, request_of: RequestOf, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("handler.jobs.maker.NOTIFY_SECONDS", 0.0)
    await work_on(worker, await request_of(person, encoded(gradient()), language="ru"))
    answer, notice = bot_messages(person)
    assert "photo" in answer
    assert notice["text"] == TEXTS.get("ru", "result-ready")


async def test_a_lost_answer_gives_one_result_and_no_apology(
    worker: Worker, request_of: RequestOf, person: Person, telegram: Playground
) -> None:
    telegram.fail_next("editMessageMedia", Fault("reset", takes_effect=True), times=9)
    await work_on(worker, await request_of(person, encoded(gradient())))
    (answer,) = bot_messages(person)
    assert "photo" in answer
