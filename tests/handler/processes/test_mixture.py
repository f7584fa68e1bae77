"""Everything goes wrong at once, and who was promised an answer gets one.

A longer evening, or one that is to be looked at again:
``MIXTURE_SEED=7 MIXTURE_JOBS=500 python -m pytest tests/handler/processes/test_mixture.py -s``
"""

import asyncio
import os
import random
from collections import Counter
from dataclasses import dataclass, field
from typing import Final

import pytest

from playground import ApiError, Fault, Person
from tests.handler.processes.machine import Machine
from tests.handler.running_bot import has_buttons, jpeg, results, statuses

SEED: Final = int(os.environ.get("MIXTURE_SEED", "1"))
JOBS: Final = int(os.environ.get("MIXTURE_JOBS", "30"))
PATIENCE: Final = 900.0
"""Telegram lets a minute pass before it repeats an update that failed often."""
AT_ONCE: Final = 8
"""People who write at the same time."""
METHODS: Final = (
    *("sendMessage", "editMessageText", "editMessageMedia", "sendDocument"),
    *("answerCallbackQuery", "sendChatAction", "getFile", "download"),
)
FAULTS: Final[tuple[Fault | ApiError, ...]] = (
    *(Fault("page", status=status) for status in (500, 502, 503, 504)),
    *(Fault("reset"), Fault("reset", takes_effect=True)),
    *(Fault("hang", seconds=2), Fault("hang", seconds=2, takes_effect=True)),
    *(Fault("broken", takes_effect=True), Fault("cut", takes_effect=True)),
    ApiError(429, "Too Many Requests: retry after 1", {"retry_after": 1}),
)
STAGES: Final = ("received", "downloaded", "computing", "delivered")

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300 + 20 * JOBS)]


@dataclass
class Trouble:
    """What goes wrong, one thing after the other, until it is ended."""

    machine: Machine
    random: random.Random
    happened: Counter[str] = field(default_factory=Counter)
    ended: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self) -> None:
        while not self.ended.is_set():
            await asyncio.sleep(self.random.uniform(0.02, 0.3))
            await self._next()
        self.machine.telegram.recover()

    async def _next(self) -> None:
        dice = self.random.random()
        if dice < 0.01:
            self.happened["kill serve"] += 1
            await self.machine.kill()
            await self.machine.start()
        elif dice < 0.06:
            stage = self.random.choice(STAGES)
            self.happened[f"kill {stage}"] += 1
            self.machine.fault(f"kill-{stage}")
        else:
            method, fault = self.random.choice(METHODS), self.random.choice(FAULTS)
            kind = fault.kind if isinstance(fault, Fault) else "429"
            is_lost = isinstance(fault, Fault) and (fault.takes_effect or fault.status == 504)
            self.happened[f"{method} {kind}{' (lost)' if is_lost else ''}"] += 1
            self.machine.telegram.fail_next(method, fault, self.random.randint(1, 2))

    @property
    def lost_sends(self) -> int:
        """How many answers to new messages, at most, did not arrive."""
        sends = [what for what in self.happened if what.startswith("send") and "lost" in what]
        return 2 * sum(self.happened[what] for what in sends)


async def ask(person: Person, number: int, code: str) -> str | None:
    """Send a picture and press a button; returns what the bot says to the press, if anything."""
    await person.send_photo(jpeg((50 + number % 100, 40 + number // 100)))
    offer = await person.wait_for(has_buttons, timeout=PATIENCE)
    try:
        return await person.press(code, offer, timeout=60)
    except TimeoutError:
        return None  # the answer to the press was lost, the press was not


def outcome(person: Person, said: str | None) -> str:
    """Name what came of a person's wish in the end."""
    if copies := len(results(person)):
        return "result" if copies == 1 else "several results"
    last = person.messages[-1]
    if statuses(person):
        return "status left standing"
    if last["from"]["is_bot"] and not has_buttons(last):
        return "apology"
    return "refused" if said else "silence"


async def test_who_was_promised_an_answer_gets_one(machine: Machine) -> None:
    seeded = random.Random(SEED)  # noqa: S311  # to be played again
    trouble = Trouble(machine, random.Random(SEED + 1))  # noqa: S311
    machine.environment["QUEUE_SIZE"] = "1000"  # nobody is refused for want of room
    await machine.start()
    troubling = asyncio.create_task(trouble.run())
    at_once = asyncio.Semaphore(AT_ONCE)
    people = [machine.telegram.person(f"P{number}") for number in range(JOBS)]
    codes = [seeded.choice(("upscale:2", "upscale:3", "neon:max")) for _ in people]

    async def live(number: int) -> str | None:
        async with at_once:
            said = await ask(people[number], number, codes[number])
            await asyncio.sleep(seeded.uniform(0, 1))
            return said

    said = await asyncio.gather(*map(live, range(JOBS)))
    trouble.ended.set()
    await troubling
    await machine.until_all_is_done()
    outcomes = Counter(map(outcome, people, said))
    print(f"\nseed {SEED}: {dict(outcomes)}; {machine.count_done()} jobs accepted")  # noqa: T201
    print(*(f"{n:4} × {what}" for what, n in sorted(trouble.happened.items())), sep="\n")  # noqa: T201
    silent = [p.messages for p, text in zip(people, said) if outcome(p, text) == "silence"]
    assert silent == []
    answered = outcomes["result"] + outcomes["several results"] + outcomes["apology"]
    assert answered >= machine.count_done()
    # Only what was sent anew, and whose answer was lost, may be there twice or left standing.
    assert outcomes["several results"] + outcomes["status left standing"] <= trouble.lost_sends
