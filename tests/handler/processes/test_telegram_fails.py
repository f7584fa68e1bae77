"""Telegram fails in one way after the other, before real processes: each job has one answer."""

import asyncio
from functools import partial

import pytest

from playground import Fault, Person
from tests.handler.processes.machine import PATIENCE, Machine
from tests.handler.processes.test_two_processes import accepted, answered_once, has_result
from tests.handler.running_bot import has_buttons, jpeg, results

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

AWAY_SECONDS = 6.0
CALLS = (
    *("sendMessage", "sendPhoto", "answerCallbackQuery", "editMessageText", "editMessageMedia"),
    *("deleteMessage", "getFile", "download", "sendChatAction"),
)


async def offered(machine: Machine, name: str) -> tuple[Person, dict[str, object]]:
    """Let a person send a picture; returns the message with the buttons."""
    machine.pictures += 1
    person = machine.telegram.person(name)
    await person.send_photo(jpeg((60 + machine.pictures, 50)))
    return person, await person.wait_for(has_buttons, timeout=PATIENCE)


@pytest.mark.parametrize("command", ["serve", "poll"])
async def test_a_gateway_without_telegram_silences_nobody(machine: Machine, command: str) -> None:
    await machine.start(command)
    presser, offer = await offered(machine, "Press")
    starter, sender = (machine.telegram.person(name) for name in ("Start", "Send"))
    for call in CALLS:
        machine.telegram.fail_next(call, Fault("page"), times=10_000)
    saying = [
        asyncio.create_task(starter.send_text("/start")),
        asyncio.create_task(sender.send_photo(jpeg((50, 60)))),
        asyncio.create_task(presser.press("upscale:2", offer)),
    ]
    await asyncio.sleep(AWAY_SECONDS)
    machine.telegram.recover()
    await asyncio.wait(saying)
    await starter.wait_for(lambda message: "photo" in message, timeout=PATIENCE)
    await sender.wait_for(has_buttons, timeout=PATIENCE)
    await answered_once([presser])


async def test_an_answer_to_a_press_that_hangs_makes_no_second_job(machine: Machine) -> None:
    await machine.start()
    alice, offer = await offered(machine, "A")
    machine.telegram.fail_next("answerCallbackQuery", Fault("hang"), times=99)
    pressing = asyncio.create_task(alice.press("upscale:2", offer))
    await answered_once([alice])
    await machine.updates_are_handled()
    with pytest.raises(TimeoutError):  # no word above the chat
        await pressing
    assert len(list(machine.faults.glob("begun-*"))) == 1


async def test_what_is_lost_or_cut_on_the_way_is_repeated(machine: Machine) -> None:
    await machine.start()
    faults = [("editMessageMedia", Fault("reset", takes_effect=True))]
    faults += [(call, Fault(kind)) for call in ("getFile", "download") for kind in ("cut", "empty")]
    for number, (call, fault) in enumerate(faults):
        machine.telegram.fail_next(call, fault)
        await answered_once(await accepted(machine, f"{number}"))
        assert machine.telegram.planned_faults(call) == 0


async def test_two_stuck_transfers_do_not_hold_up_a_third_person(machine: Machine) -> None:
    await machine.start()
    machine.telegram.fail_next("download", Fault("hang"), times=2)
    stuck = await accepted(machine, "AB")
    (third,) = await accepted(machine, "C")
    await third.wait_until(partial(has_result, third), timeout=PATIENCE)
    assert not any(map(results, stuck))
    await answered_once([*stuck, third])
