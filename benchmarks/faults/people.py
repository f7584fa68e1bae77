"""People who send pictures, press buttons, tap twice, and note what they get."""

import asyncio
import io
import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

from PIL import Image

from handler.texts.texts import Texts
from playground import Person, Playground
from playground.events import Json

BUTTONS: Final = ("neon:neon", "lights:neon", "upscale:2", "upscale:3", "upscale:4")
DOUBLE_TAP: Final = 0.3
"""How many tap twice, 0 to 1."""
PATIENCE_SECONDS: Final = 240.0
"""After so long without any answer a person has met silence."""
SECOND_THOUGHTS_SECONDS: Final = 3.0
"""When somebody presses again who was told to come back later."""

Kind = Literal["offer", "status", "result", "apology"]


@dataclass
class Wish:
    """A picture and a button: what somebody wants, once."""

    person: Person
    photo: Json
    taps: int = 0

    def messages(self, kind: Kind) -> list[Json]:
        """Return what the bot says now about this picture."""
        return [message for message in self.person.messages if self._kind(message) == kind]

    def is_answered(self) -> bool:
        """Tell whether there is a result or an apology."""
        return bool(self.messages("result") or self.messages("apology"))

    def _kind(self, message: Json) -> Kind | None:
        replied: Json = message.get("reply_to_message") or {}
        is_about_it = replied.get("message_id") == self.photo["message_id"]
        if not (message["from"]["is_bot"] and is_about_it):
            return None
        if "photo" in message or "document" in message:
            return "result"
        if "reply_markup" in message:
            return "offer"
        return "status" if message["text"].startswith(("👽", "💡", "👾")) else "apology"


class Crowd:
    """Everybody, each in a chat of their own; a few at a time.

    Args:
        telegram: where they are.
        seed: of what they do.
        jobs: pictures in all.
        at_once: people who are active at the same time.
    """

    def __init__(self, telegram: Playground, seed: int, jobs: int, at_once: int = 20) -> None:
        self._telegram = telegram
        self._seed = seed
        self._jobs = jobs
        self._active = asyncio.Semaphore(at_once)
        self._unexpected = {Texts("en").get(code, "error-unexpected") for code in ("en", "ru")}
        self.wishes: list[Wish] = []
        self.people: list[Person] = []

    async def act(self) -> None:
        """Let all of them send their pictures and wait for their answers."""
        async with asyncio.TaskGroup() as tasks:
            for first in range(0, self._jobs, 4):
                numbers = range(first, min(first + 4, self._jobs))
                tasks.create_task(self._visit(numbers))

    def unexpected(self) -> int:
        """Count the times that somebody was told of an error before there was a job."""
        texts = (m.get("text") for person in self.people for m in person.messages)
        return sum(text in self._unexpected for text in texts)

    async def _visit(self, numbers: range) -> None:
        chance = random.Random(f"{self._seed} person {numbers.start}")  # noqa: S311
        async with self._active:
            person = self._telegram.person(f"P{numbers.start}", chance.choice(["en", "ru"]))
            self.people.append(person)
            for number in numbers:
                wish = Wish(person, await person.send_photo(_picture(self._seed, number)))
                self.wishes.append(wish)
                try:
                    await self._wait(wish, chance.choice(BUTTONS), chance.random() < DOUBLE_TAP)
                except TimeoutError:
                    return  # silence; it is counted by whoever looks at the wish

    async def _wait(self, wish: Wish, button: str, taps_twice: bool) -> None:
        await _until(lambda: bool(wish.messages("offer")))
        async with asyncio.timeout(PATIENCE_SECONDS):
            while await self._press(wish, button, taps_twice):  # noqa: ASYNC110
                await asyncio.sleep(SECOND_THOUGHTS_SECONDS)
        await _until(wish.is_answered)

    async def _press(self, wish: Wish, button: str, taps_twice: bool) -> bool:
        """Press, perhaps twice; returns whether the person was told to come back later."""
        offer = wish.messages("offer")[0]
        taps = 2 if taps_twice else 1
        wish.taps += taps
        presses = [wish.person.press_for_answer(button, offer) for _ in range(taps)]
        answers = await asyncio.gather(*presses, return_exceptions=True)
        refusals = [a for a in answers if not isinstance(a, BaseException) and a.show_alert]
        return len(refusals) == taps


async def _until(condition: Callable[[], bool]) -> None:
    """Look again and again: hundreds of events a second are no reason to."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not condition():  # noqa: ASYNC110
            await asyncio.sleep(0.1)


def _picture(seed: int, number: int) -> bytes:
    """Return a small JPEG; another one for each number."""
    chance = random.Random(f"{seed} picture {number}")  # noqa: S311
    size = chance.randint(40, 90), chance.randint(40, 90)
    image = Image.new("RGB", size, (number % 256, number // 256, seed % 256))
    buffer = io.BytesIO()
    image.save(buffer, "JPEG")
    return buffer.getvalue()
