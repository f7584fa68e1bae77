"""Results on their way out together: as albums, which Telegram takes in one call."""

import dataclasses
import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from aiogram.types import (
    InlineKeyboardMarkup,
    InputFile,
    InputMediaDocument,
    InputMediaPhoto,
    Message,
)

from handler.telegram.deliver import Under
from handler.telegram.delivery import DOCUMENT_MAX_BYTES, Kind, Outcome
from handler.telegram.errors import FileRefusedError
from handler.telegram.status import Pace, StatusMessage, upload_seconds

MAX_PICTURES: Final = 10
"""Of an album: https://core.telegram.org/bots/api#sendmediagroup."""
MAX_BYTES: Final = DOCUMENT_MAX_BYTES
"""Of all files of a call together."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Sendable:
    """A result that waits to be sent."""

    kind: Kind
    file: InputFile | str
    """The file, or the id of one that Telegram has."""
    caption: str
    keyboard: InlineKeyboardMarkup | None = None
    bytes: int = 0
    """Of what is uploaded."""


class AlbumStatus:
    """The one message in which a person sees all parts of an album being made.

    Args:
        status: the message.
        pace: how often it is edited.
    """

    def __init__(self, status: StatusMessage, pace: Pace) -> None:
        self.status = status
        self._pace = pace.edit
        self._shown_at = -pace.edit

    async def show(self, text: str) -> bool:
        """Show a passing text, unless the last one is too fresh; see :meth:`StatusMessage.show`."""
        now = time.monotonic()
        if now - self._shown_at < self._pace:
            return True
        self._shown_at = now
        return await self.status.show(text)


class PartStatus(StatusMessage):
    """One part of an album in the place of a status message: its result is kept, not sent.

    Args:
        album: shows the part's progress.
        counter: says which part it is.
        reply_to: id of the message with the part's picture.
        asker_id: as for every status.
    """

    def __init__(
        self, album: AlbumStatus, counter: str, *, reply_to: int, asker_id: int | None
    ) -> None:
        status = album.status
        super().__init__(status.bot, status.chat_id, None, reply_to=reply_to, asker_id=asker_id)
        self._album = album
        self._counter = counter
        self._result: Sendable | None = None
        self.outcome = Outcome(kind="photo")
        """What the result is like."""
        self.keys: list[str] = []
        """What the result is to be remembered by when it is sent."""

    @property
    def result(self) -> Sendable:
        """What is to be sent.

        Raises:
            ValueError: there is nothing yet.
        """
        if self._result is None:
            raise ValueError("the part has no result yet")
        return self._result

    def noting(self, under: Under) -> Under:
        """Return what makes caption and buttons, and notes what the result is like."""

        def noted(outcome: Outcome) -> tuple[str, InlineKeyboardMarkup | None]:
            self.outcome = Outcome(**outcome.model_dump(include=set(Outcome.model_fields)))
            return under(outcome)

        return noted

    async def show(self, text: str) -> bool:
        """Show a passing text in the album's message."""
        return await self._album.show(f"{text}\n{self._counter}")

    async def replace(
        self,
        kind: Kind,
        file: InputFile | str,
        caption: str,
        *,
        keyboard: InlineKeyboardMarkup | None = None,
        upload_bytes: int = 0,
    ) -> Message | None:
        """Keep the result; returns None, since there is no message with it yet."""
        self._result = Sendable(kind, file, caption, keyboard, upload_bytes)
        return None

    async def send_alone(self) -> Message:
        """Send the result as a reply to its own picture, with its buttons.

        Raises:
            UnavailableError: Telegram cannot be reached.
            RefusedError: the person cannot be written to, or something else is refused.
        """
        try:
            return await self._send(self.result)
        except FileRefusedError as error:
            if self.result.kind != "photo" or isinstance(self.result.file, str):
                raise
            logger.info("a photo is sent as a file: %s", error)
            return await self._send(dataclasses.replace(self.result, kind="document"))

    async def _send(self, result: Sendable) -> Message:
        sent = await super().replace(
            result.kind,
            result.file,
            result.caption,
            keyboard=result.keyboard,
            upload_bytes=result.bytes,
        )
        if sent is None:  # an edit that changes nothing
            raise TypeError("where there is no status message, a message is sent")
        return sent


def fit_together(parts: Sequence[PartStatus]) -> bool:
    """Say whether parts can go out as one album: Telegram mixes no kinds."""
    results = [part.result for part in parts]
    is_alike = len({result.kind for result in results}) == 1
    total = sum(result.bytes for result in results)
    return is_alike and total <= MAX_BYTES and len(results) <= MAX_PICTURES


async def send_together(album: AlbumStatus, parts: Sequence[PartStatus]) -> list[Message]:
    """Send parts that fit together as an album, in order; one alone as a message of its own.

    Albums have one caption, the first part's, and no buttons. Where Telegram refuses a file, each
    goes alone.

    Args:
        album: whose message stays as it is.
        parts: at least one, with their results.

    Returns:
        The messages with the results.

    Raises:
        UnavailableError: Telegram cannot be reached.
        RefusedError: the person cannot be written to, or something else is refused.
    """
    if len(parts) > 1:
        try:
            return await _send_album(album.status, [part.result for part in parts])
        except FileRefusedError as error:
            logger.info("an album of %d is refused: %s", len(parts), error)
    return [await part.send_alone() for part in parts]


async def _send_album(status: StatusMessage, results: Sequence[Sendable]) -> list[Message]:
    make = InputMediaPhoto if results[0].kind == "photo" else InputMediaDocument
    captions = [results[0].caption, *[None] * (len(results) - 1)]
    return await status.bot.send_media_group(
        status.chat_id,
        [make(media=result.file, caption=text) for result, text in zip(results, captions)],
        reply_parameters=status.reply(),
        request_timeout=upload_seconds(sum(result.bytes for result in results)),
    )
