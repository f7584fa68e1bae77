"""People who send pictures, press buttons, tap twice, cancel, and note what they get."""

import asyncio
import io
import random
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Final, Literal

from PIL import Image

from handler.telegram.callback_data import as_action
from handler.telegram.keyboards import CANCEL
from handler.texts.texts import Texts
from playground import Person, Playground
from playground.events import Json
from playground.updates import CALLBACK_LIFETIME

BUTTONS: Final = ("neon:neon", "lights:neon", "upscale:2", "upscale:3", "upscale:4")
DOUBLE_TAP: Final = 0.3
"""How many tap twice, 0 to 1."""
CHANGE_OF_MIND: Final = 0.15
"""How many cancel, if they still can."""
PATIENCE_SECONDS: Final = 600.0
"""After so long without any answer a person has met silence."""
SECOND_THOUGHTS_SECONDS: Final = 3.0
"""When somebody presses again who was told to come back later."""
FORGOTTEN_SECONDS: Final = CALLBACK_LIFETIME + 10.0
"""When somebody presses again to whom nothing has happened: not even Telegram knows of it then."""
LANGUAGES: Final = ("en", "ru")

Kind = Literal["offer", "status", "result", "apology", "cancelled"]

_TEXTS: Final = Texts("en")
_CANCELLED: Final = {_TEXTS.get(code, "status-cancelled") for code in LANGUAGES}
_OVER: Final = {_TEXTS.get(code, "status-over") for code in LANGUAGES}
_STOPPED: Final = {_TEXTS.get(code, "press-cancelled") for code in LANGUAGES}
_UNEXPECTED: Final = {_TEXTS.get(code, "error-unexpected") for code in LANGUAGES}


@dataclass
class Wish:
    """A picture and a button: what somebody wants, once."""

    person: Person
    photo: Json
    taps: int = 0
    is_cancelled: bool = False
    """Whether the bot has said that nothing comes of it."""

    def messages(self, *kinds: Kind) -> list[Json]:
        """Return what the bot says now about this picture."""
        return [message for message in self.person.messages if self.kind(message) in kinds]

    def is_answered(self) -> bool:
        """Tell whether there is a result, an apology or a cancellation."""
        return self.is_cancelled or bool(self.messages("result", "apology", "cancelled"))

    def has_begun(self) -> bool:
        """Tell whether anything is said about it: that it is worked on, at least."""
        return bool(self.messages("status")) or self.is_answered()

    def is_about(self, message: Json) -> bool:
        """Tell whether a message of the bot answers this picture."""
        replied: Json = message.get("reply_to_message") or {}
        is_answer = replied.get("message_id") == self.photo["message_id"]
        return bool(message["from"]["is_bot"]) and is_answer

    def kind(self, message: Json) -> Kind | None:
        """Tell what a message of the bot is to this picture, if it answers it."""
        if not self.is_about(message):
            return None
        if "photo" in message or "document" in message:
            return "result"
        if cancel_button(message):
            return "status"
        if "reply_markup" in message:
            return "offer"
        if message["text"] in _OVER:
            return None  # a status message that was left over: the answer is another one
        return "cancelled" if message["text"] in _CANCELLED else "apology"


class Crowd:
    """Everybody, each in a chat of their own; a few at a time, and patient.

    Args:
        telegram: where they are.
        seed: of what they do.
        jobs: pictures in all.
        seconds: after which nobody sends another one.
        at_once: people who are active at the same time.
    """

    def __init__(
        self, telegram: Playground, seed: int, jobs: int, seconds: float, at_once: int = 20
    ) -> None:
        self._telegram = telegram
        self._seed = seed
        self._jobs = jobs
        self._active = asyncio.Semaphore(at_once)
        self._ends = time.monotonic() + seconds
        self.wishes: list[Wish] = []
        self.people: list[Person] = []

    async def act(self) -> None:
        """Let all of them send their pictures and wait for their answers."""
        async with asyncio.TaskGroup() as tasks:
            for first in range(0, self._jobs, 4):
                numbers = range(first, min(first + 4, self._jobs))
                tasks.create_task(self._visit(numbers))

    def answered(self) -> int:
        """Count the pictures that have an answer."""
        return sum(wish.is_answered() for wish in self.wishes)

    def unexpected(self) -> int:
        """Count the times that somebody was told of an error before there was a job."""
        texts = (m.get("text") for person in self.people for m in person.messages)
        return sum(text in _UNEXPECTED for text in texts)

    async def _visit(self, numbers: range) -> None:
        chance = random.Random(f"{self._seed} person {numbers.start}")  # noqa: S311
        async with self._active:
            person = self._telegram.person(f"P{numbers.start}", chance.choice(LANGUAGES))
            self.people.append(person)
            for number in numbers:
                if time.monotonic() > self._ends:
                    return
                wish = Wish(person, await person.send_photo(_picture(self._seed, number)))
                self.wishes.append(wish)
                try:
                    await self._wait(wish, chance)
                except TimeoutError:
                    return  # silence; it is counted by whoever looks at the wish

    async def _wait(self, wish: Wish, chance: random.Random) -> None:
        button, taps_twice = chance.choice(BUTTONS), chance.random() < DOUBLE_TAP
        changes_mind = chance.random() < CHANGE_OF_MIND
        await _until(lambda: bool(wish.messages("offer")))
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not wish.is_answered():
                if await self._press(wish, button, taps_twice):
                    await asyncio.sleep(SECOND_THOUGHTS_SECONDS)
                    continue
                with suppress(TimeoutError):  # then Telegram has forgotten the press
                    await _until(wish.has_begun, FORGOTTEN_SECONDS)
                if changes_mind:
                    await _cancel(wish)
                # A status message that goes without an answer: there was no room after all.
                await _until(lambda: wish.is_answered() or not wish.has_begun())

    async def _press(self, wish: Wish, button: str, taps_twice: bool) -> bool:
        """Press, perhaps twice; returns whether the person was told to come back later."""
        offer = wish.messages("offer")[0]
        taps = 2 if taps_twice else 1
        wish.taps += taps
        presses = [wish.person.press_for_answer(button, offer) for _ in range(taps)]
        answers = await asyncio.gather(*presses, return_exceptions=True)
        refusals = [a for a in answers if not isinstance(a, BaseException) and a.show_alert]
        return len(refusals) == taps


def cancel_button(message: Json) -> str | None:
    """Return what a message's button to cancel sends back, if it has one."""
    rows = (message.get("reply_markup") or {}).get("inline_keyboard", [])
    data = (str(button.get("callback_data", "")) for row in rows for button in row)
    return next((text for text in data if as_action(text, CANCEL)), None)


async def _cancel(wish: Wish) -> None:
    """Cancel if that is possible: unless there is an answer already."""
    for status in wish.messages("status")[-1:]:
        button = cancel_button(status)
        try:
            answer = await wish.person.press_for_answer(str(button), status)
        except (TimeoutError, LookupError):
            return  # whether it was cancelled shows in the message
        wish.is_cancelled = answer.text in _STOPPED


async def _until(condition: Callable[[], bool], seconds: float = PATIENCE_SECONDS) -> None:
    """Look again and again: hundreds of events a second are no reason to."""
    async with asyncio.timeout(seconds):
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
