"""Many people who want neon, one picture after the other; some tap twice."""

import asyncio
import io
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from PIL import Image
from skimage import data as photos

from benchmarks.faults.people import Wish
from playground import Person, Playground
from playground.events import Json
from playground.screen import find_button

BUTTONS: Final = ("neon", "neon:neon")
"""The plain neon, whichever the keyboard has."""
PATIENCE_SECONDS: Final = 3600.0
ARRIVAL_SECONDS: Final = 0.1
"""Between two people who come: all in the same moment would measure how long their own line is."""
SECOND_THOUGHTS_SECONDS: Final = 2.0
"""When somebody presses again who was told to come back later."""
REFUSALS: Final = 600
"""After so many something is wrong."""


@dataclass
class Visit:
    """One picture: when its button was pressed, and what came of it."""

    wish: Wish
    offer: tuple[Json, str] = field(default_factory=lambda: ({}, ""))
    """The message with the buttons, and what the one for neon sends back."""
    pressed: float = 0.0
    presses: int = 0
    refusals: int = 0
    answered: float | None = None


class Pictures:
    """Photos that differ in one corner, so that no result is known already.

    Args:
        size: width and height, pixels.
    """

    def __init__(self, size: tuple[int, int]) -> None:
        self._image = Image.fromarray(photos.coffee()).resize(size)
        self._count = 0

    def next(self) -> bytes:
        """Return another photo."""
        self._count += 1
        for place in range(4):  # in steps of 32, which survive JPEG
            colour = (self._count // 8**place % 8 * 32,) * 3
            self._image.paste(colour, (16 * place, 0, 16 * place + 16, 16))
        buffer = io.BytesIO()
        self._image.save(buffer, "JPEG", quality=90)
        return buffer.getvalue()


class People:
    """Those who send pictures.

    Args:
        telegram: where they are.
        pictures: that they send.
        double_taps: share of presses that are made twice, 0 to 1.
    """

    def __init__(self, telegram: Playground, pictures: Pictures, double_taps: float) -> None:
        self._telegram = telegram
        self._pictures = pictures
        self._double_taps = double_taps
        self._chance = random.Random(1)  # noqa: S311
        self.answered = 0
        """Pictures that have come."""

    async def take_turns(self, chats: int, jobs: int) -> list[Visit]:
        """Let everybody send a picture, wait for it, and send the next, beside all others."""
        visits: list[Visit] = []

        async def stay(number: int) -> None:
            await asyncio.sleep(number * ARRIVAL_SECONDS)
            person = self._telegram.person(f"P{number}")
            for _ in range(jobs // chats):
                visit = await self.offered(person)
                visits.append(visit)
                await self.press(visit)
                await self.wait(visit)

        await asyncio.gather(*(stay(number) for number in range(chats)))
        return visits

    async def offered(self, person: Person) -> Visit:
        """Send a picture and get the buttons."""
        visit = Visit(Wish(person, await person.send_photo(self._pictures.next())))
        await person.wait_for(lambda message: _find_offer(visit, message), PATIENCE_SECONDS)
        return visit

    async def press(self, visit: Visit) -> None:
        """Press, perhaps twice; again, when there is no room."""
        offer, button = visit.offer
        visit.pressed = time.monotonic()
        taps = 2 if self._chance.random() < self._double_taps else 1
        while True:
            visit.presses += taps
            presses = [visit.wish.person.press_for_answer(button, offer, 60) for _ in range(taps)]
            answers = await asyncio.gather(*presses, return_exceptions=True)
            told = [a for a in answers if not isinstance(a, BaseException)]
            if not told or not all(answer.show_alert for answer in told):
                return
            visit.refusals += 1
            if visit.refusals > REFUSALS:
                raise RuntimeError(f"refused again and again: {told[0].text}")
            await asyncio.sleep(SECOND_THOUGHTS_SECONDS)

    async def wait(self, visit: Visit) -> None:
        """Wait for the result."""
        wish = visit.wish
        await wish.person.wait_for(lambda m: wish.kind(m) == "result", PATIENCE_SECONDS)
        self.answered += 1


def note_answers(visits: Sequence[Visit], telegram: Playground) -> None:
    """Note when each result came, by Telegram's own record of calls."""
    times = {
        (call.params.get("chat_id"), call.params.get("message_id")): call.time
        for call in reversed(telegram.calls)
        if call.ok and call.method == "editMessageMedia"
    }
    for visit in visits:
        for result in visit.wish.messages("result"):
            visit.answered = times.get((visit.wish.person.id, result["message_id"]))


def _find_offer(visit: Visit, message: Json) -> bool:
    """Tell whether a message offers neon; notes it, and what its button sends back."""
    if visit.wish.kind(message) != "offer":
        return False
    found = next((button for button in BUTTONS if find_button([message], button)), None)
    if found:
        visit.offer = message, found
    return found is not None
