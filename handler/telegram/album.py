"""Results on their way out together: as albums, which Telegram takes in one call."""

import logging
import time
from dataclasses import dataclass, replace
from typing import Final

from aiogram.types import (
    BufferedInputFile,
    InlineKeyboardMarkup,
    InputFile,
    InputMediaDocument,
    InputMediaPhoto,
    Message,
)

from handler.telegram.delivery import DOCUMENT_MAX_BYTES, Kind
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
    bytes: int
    """Of what is uploaded."""
    caption: str
    keyboard: InlineKeyboardMarkup | None
    reply_to: int
    """The message with the picture that it was made of."""


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
        self.result: Sendable | None = None

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
        self.result = Sendable(kind, file, upload_bytes, caption, keyboard, self.reply_to)
        return None


def fits(waiting: list[Sendable], result: Sendable) -> bool:
    """Say whether a result can go out with those that wait: Telegram mixes no kinds."""
    total = result.bytes + sum(other.bytes for other in waiting)
    is_alike = all(other.kind == result.kind for other in waiting)
    return is_alike and total <= MAX_BYTES and len(waiting) < MAX_PICTURES


async def send_together(status: StatusMessage, results: list[Sendable]) -> list[Message]:
    """Send results as an album, in order; as single messages where there is but one.

    Albums have one caption, the first one's, and no buttons.

    Args:
        status: of the album; it stays as it is.
        results: at least one, that fit together.

    Returns:
        The messages with the results.

    Raises:
        UnavailableError: Telegram cannot be reached.
        RefusedError: the person cannot be written to, or something else is refused.
    """
    if len(results) > 1:
        try:
            return await _send_album(status, results)
        except FileRefusedError as error:
            logger.info("an album of %d is refused: %s", len(results), error)
    return [await _send_one(status, result) for result in results]


async def _send_album(status: StatusMessage, results: list[Sendable]) -> list[Message]:
    make = InputMediaPhoto if results[0].kind == "photo" else InputMediaDocument
    caption: list[str | None] = [results[0].caption, *[None] * (len(results) - 1)]
    return await status.bot.send_media_group(
        status.chat_id,
        [make(media=result.file, caption=text) for result, text in zip(results, caption)],
        reply_parameters=status.reply(),
        request_timeout=upload_seconds(sum(result.bytes for result in results)),
    )


async def _send_one(status: StatusMessage, result: Sendable) -> Message:
    """Send a result as a reply to its own picture, with its buttons."""
    single = StatusMessage(status.bot, status.chat_id, None, reply_to=result.reply_to)
    try:
        sent = await _replaced(single, result)
    except FileRefusedError as error:
        if result.kind != "photo" or not isinstance(result.file, BufferedInputFile):
            raise
        logger.info("a photo is sent as a file: %s", error)
        sent = await _replaced(single, replace(result, kind="document"))
    return sent


async def _replaced(single: StatusMessage, result: Sendable) -> Message:
    sent = await single.replace(
        result.kind,
        result.file,
        result.caption,
        keyboard=result.keyboard,
        upload_bytes=result.bytes,
    )
    if sent is None:
        raise TypeError("what is sent without a status message is a message")
    return sent
