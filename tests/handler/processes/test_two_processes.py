"""What was accepted is answered once, whichever of the two processes dies, and wherever.

Real processes, real HTTP, and a Telegram that repeats updates; only the networks are missing.
"""

import asyncio
import os
import signal
from functools import partial

import pytest

from handler.texts.texts import Texts
from playground import Fault, Person, Playground
from tests.aws import Aws
from tests.handler.processes.machine import PATIENCE, Machine
from tests.handler.running_bot import has_buttons, is_text, jpeg, results, statuses

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

STAGES = ("received", "downloaded", "computing", "delivered")
STOP_SECONDS = 8.0
"""A stop takes less, whatever happens."""


async def accepted(machine: Machine, names: str) -> list[Person]:
    """Let people send pictures and press a button, until Telegram knows that it is kept."""
    people = [machine.telegram.person(name) for name in names]
    for person in people:
        machine.pictures += 1
        await person.send_photo(jpeg((60 + machine.pictures, 50)))  # each another one
        offer = await person.wait_for(has_buttons, timeout=PATIENCE)
        assert await person.press("upscale:2", offer, timeout=PATIENCE)
    await machine.updates_are_handled()
    return people


async def answered_once(people: list[Person]) -> None:
    for person in people:
        await person.wait_until(partial(has_result, person), timeout=PATIENCE)
    await asyncio.sleep(0.5)  # for a second answer
    for person in people:
        assert len(results(person)) == 1, person.messages
        assert statuses(person) == []


def has_result(person: Person) -> bool:
    return bool(results(person))


async def test_after_a_kill_all_that_was_accepted_is_answered(machine: Machine) -> None:
    machine.fault("hold")
    await machine.start()
    people = await accepted(machine, "ABCDEFG")
    await machine.kill()
    machine.end_fault("hold")
    assert not any(map(results, people))
    await machine.start()
    await answered_once(people)


async def test_a_stop_is_quick_and_loses_nothing_however_often_it_is_asked_for(
    machine: Machine,
) -> None:
    machine.fault("hold")
    await machine.start()
    people = await accepted(machine, "ABCDEFG")
    assert await machine.stop(signals=2) < STOP_SECONDS
    assert machine.process
    assert machine.process.returncode == 0
    machine.end_fault("hold")
    await machine.start()
    await answered_once(people)


async def test_a_stop_lets_running_work_end(machine: Machine) -> None:
    machine.fault("hold")
    await machine.start()
    (alice,) = await accepted(machine, "A")
    await machine.until_there_are(1, "begun-*")
    stopping = asyncio.create_task(machine.stop())
    await asyncio.sleep(0.5)
    machine.end_fault("hold")
    assert await stopping < STOP_SECONDS
    assert len(results(alice)) == 1


async def test_a_telegram_that_hangs_does_not_hold_up_a_stop(machine: Machine) -> None:
    machine.fault("hold")
    await machine.start()
    people = await accepted(machine, "AB")
    await machine.until_there_are(1, "begun-*")
    for method in ("editMessageText", "editMessageMedia", "sendMessage", "sendChatAction"):
        machine.telegram.fail_next(method, Fault("hang", seconds=20), times=99)
    unheard = asyncio.create_task(machine.telegram.person("C").send_text("/start"))
    machine.end_fault("hold")  # the result is on its way into the hanging connection
    await asyncio.sleep(1)
    assert await machine.stop() < STOP_SECONDS
    await unheard
    machine.telegram.recover()
    await machine.start()
    await answered_once(people)


async def test_a_worker_that_is_killed_costs_nobody_the_answer(machine: Machine) -> None:
    await machine.start()
    for number, stage in enumerate(STAGES, 1):
        machine.fault(f"kill-{stage}")
        people = await accepted(machine, f"{stage[0]}{number}")
        await machine.until_it_struck(f"kill-{stage}")
        await answered_once(people)
        await machine.until_there_are(number + 1, "worker-*")


async def test_a_press_whose_process_is_killed_is_done_once(machine: Machine) -> None:
    await machine.start()
    for number, (stage, statuses_left) in enumerate((("kept", 0), ("unkept", 1))):
        alice = machine.telegram.person(stage)
        await alice.send_photo(jpeg((60 + number, 50)))
        offer = await alice.wait_for(has_buttons, timeout=PATIENCE)
        machine.fault(f"kill-{stage}")
        pressing = asyncio.create_task(alice.press("upscale:2", offer, timeout=PATIENCE))
        assert machine.process
        assert await asyncio.wait_for(machine.process.wait(), PATIENCE) == -signal.SIGKILL
        await machine.start()
        await pressing
        await machine.updates_are_handled()
        await alice.wait_until(partial(has_result, alice), timeout=PATIENCE)
        await asyncio.sleep(0.5)  # for a second answer
        assert len(results(alice)) == 1
        # Sent, but its id was not noted yet: it stays, rather than a second one is sent.
        assert len(statuses(alice)) == statuses_left


async def test_a_worker_that_hangs_is_replaced(machine: Machine) -> None:
    machine.fault("hang")
    await machine.start(JOB_SECONDS="2")
    await answered_once(await accepted(machine, "A"))
    await machine.until_there_are(2, "worker-*")


async def test_a_job_that_kills_every_worker_is_apologised_for(machine: Machine) -> None:
    machine.fault("deadly")
    await machine.start()
    (alice,) = await accepted(machine, "A")
    await alice.wait_for(is_text(Texts("en").get("en", "error-internal")), timeout=PATIENCE)
    assert results(alice) == []
    assert statuses(alice) == []
    machine.end_fault("deadly")
    await answered_once(await accepted(machine, "B"))


async def test_a_worker_that_has_grown_is_replaced_between_two_jobs(machine: Machine) -> None:
    await machine.start(WORKER_MEGABYTES="1")
    for name in "AB":
        await answered_once(await accepted(machine, name))
    await machine.until_there_are(2, "worker-*")


async def test_polling_has_a_worker_beside_it_too(
    machine: Machine, patient_telegram: Playground
) -> None:
    machine.fault("kill-computing")
    await machine.start("poll")
    await answered_once(await accepted(machine, "A"))
    assert await machine.stop() < STOP_SECONDS


async def test_on_aws_a_worker_that_is_killed_costs_nobody_the_answer_either(
    machine: Machine, aws: Aws
) -> None:
    machine.environment |= os.environ
    machine.environment |= {"QUEUE_URL": aws.fifo_queue().url, "RESULTS_TABLE": aws.table()}
    await machine.start()
    worker = await machine.run("work")
    for number, stage in enumerate(STAGES, 1):
        machine.fault(f"kill-{stage}")
        people = await accepted(machine, f"{stage[0]}{number}")
        assert await asyncio.wait_for(worker.wait(), PATIENCE) == -signal.SIGKILL
        worker = await machine.run("work")
        await answered_once(people)
    worker.terminate()
    assert await asyncio.wait_for(worker.wait(), PATIENCE) == 0
