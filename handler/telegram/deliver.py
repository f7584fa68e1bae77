"""Sends results: new ones as files, known ones by the id that Telegram gave them."""

import asyncio
import logging
from collections.abc import Callable

from aiogram.types import BufferedInputFile, InlineKeyboardMarkup, Message
from PIL import Image

from handler.telegram.delivery import (
    PHOTO_QUALITY,
    Delivery,
    Outcome,
    Result,
    UndeliverableError,
    fits,
    smaller,
)
from handler.telegram.errors import (
    ChatClosedError,
    FileRefusedError,
    NoRightsError,
    RefusedError,
)
from handler.telegram.status import StatusMessage
from model_layer.images import encode

logger = logging.getLogger(__name__)

MAX_REFUSALS = 4
"""Uploads refused for their size or form before the result counts as undeliverable."""

Under = Callable[[Outcome], tuple[str, InlineKeyboardMarkup | None]]
"""Returns the caption of a result, and the buttons for what may follow."""


async def resend(
    status: StatusMessage,
    result: Result,
    under: Under,
) -> bool:
    """Turn a status into a result that Telegram has already; without one, send it as a reply.

    Returns:
        False when Telegram does not accept the file id any more: forget it and do the work.

    Raises:
        UnavailableError: Telegram cannot be reached.
        ChatClosedError: the person cannot be written to.
        NoRightsError: the group takes no pictures of the bot.
    """
    try:
        caption, keyboard = under(result)
        sent = await status.replace(result.kind, result.file_id, caption, keyboard=keyboard)
    except (ChatClosedError, NoRightsError):
        raise
    except RefusedError as error:
        logger.info("the remembered file is refused: %s", error)
        return False
    if sent and result.preview:
        await status.send_photo(result.preview)
    return True


async def encode_for(image: Image.Image, best: Delivery) -> tuple[Delivery, bytes]:
    """Encode a result in the best way to send it, or the next one whose file fits.

    Args:
        image: the result.
        best: see :func:`handler.telegram.delivery.best_delivery`.

    Raises:
        UndeliverableError: nothing fits.
    """
    return await _encoded(image, best, b"", None)


async def deliver(
    status: StatusMessage,
    image: Image.Image,
    encoded: tuple[Delivery, bytes],
    under: Under,
    *,
    preview: Image.Image | None = None,
    notice: str | None = None,
) -> Result | None:
    """Turn the status into a result, encoded smaller and smaller until Telegram takes it.

    Args:
        status: becomes the result; where it is gone, the result is sent as a reply.
        image: the result.
        encoded: the best way to send it and the file for that, see :func:`encode_for`.
        under: makes the caption and the buttons.
        preview: shows what was gained; is sent after a result that is a file.
        notice: a short text to send afterwards, to a person who has waited long.

    Returns:
        What to remember; None when Telegram's answer names no file that can be sent again.

    Raises:
        UndeliverableError: Telegram refuses every form of it.
        UnavailableError: Telegram cannot be reached.
        RefusedError: the person cannot be written to, or something else is refused.
    """
    delivery, data = encoded
    for _ in range(MAX_REFUSALS):
        file = BufferedInputFile(data, delivery.file_name)
        try:
            outcome = Outcome(
                kind=delivery.kind,
                reduced=delivery.reduced,
                bytes=len(data),
                size=delivery.encoding.size,
            )
            caption, keyboard = under(outcome)
            message = await status.replace(
                delivery.kind, file, caption, keyboard=keyboard, upload_bytes=len(data)
            )
        except FileRefusedError as error:
            logger.info("%s of %d bytes refused: %s", delivery.kind, len(data), error)
            delivery, data = await _encoded(image, smaller(delivery, len(data)), data, delivery)
        else:
            if notice:
                await status.notify(notice)
            shown = await _send_preview(status, preview) if message and preview else None
            return result_in(message, outcome, shown)
    raise UndeliverableError(f"refused {MAX_REFUSALS} times")


def result_in(
    message: Message | None, outcome: Outcome, preview: str | None = None
) -> Result | None:
    """Find in Telegram's answer what can be sent again.

    Telegram may make another kind of media of a document; such a result is not remembered.

    Args:
        message: Telegram's answer.
        outcome: what was sent.
        preview: id of the photo that was sent after it.
    """
    if message is None:
        return None
    known = outcome.model_dump(exclude={"kind"}) | {"preview": preview}
    if message.photo:
        return Result(kind="photo", file_id=message.photo[-1].file_id, **known)
    # Of an animation Telegram names the document too, but does not send it as one.
    if message.document and not message.animation:
        return Result(kind="document", file_id=message.document.file_id, **known)
    return None


async def _send_preview(status: StatusMessage, preview: Image.Image) -> str | None:
    """Send a photo after the result; returns its id."""
    data = await asyncio.to_thread(encode, preview, "JPEG", PHOTO_QUALITY)
    return await status.send_photo(BufferedInputFile(data, "preview.jpg"))


async def _encoded(
    image: Image.Image, delivery: Delivery, data: bytes, done: Delivery | None
) -> tuple[Delivery, bytes]:
    """Encode for a delivery, or for the first smaller one whose file fits.

    ``data`` are the bytes for ``done``, so that nothing is encoded twice.
    """
    while True:
        if done is None or delivery.encoding != done.encoding:
            data = await asyncio.to_thread(_encode, image, delivery)
        if fits(delivery, len(data)):
            return delivery, data
        done, delivery = delivery, smaller(delivery, len(data))


def _encode(image: Image.Image, delivery: Delivery) -> bytes:
    wanted = delivery.encoding
    if image.size != wanted.size:
        image = image.resize(wanted.size, Image.Resampling.LANCZOS, reducing_gap=3.0)
    return encode(image, wanted.format, wanted.quality, delivery.metadata)
