"""Sends results: new ones as files, known ones by the id that Telegram gave them."""

import asyncio
import logging
from dataclasses import dataclass

from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import BufferedInputFile, InputFile, Message, ReplyParameters
from PIL import Image

from handler.jobs.failures import is_chat_closed
from handler.jobs.job import Job
from handler.jobs.results import Kind, Result
from handler.telegram.delivery import Delivery, UndeliverableError, fits, smaller
from handler.telegram.retry import UploadTooLargeError, patiently
from handler.texts.texts import Texts
from model_layer.effects import Neon
from model_layer.images import encode

logger = logging.getLogger(__name__)

MAX_REFUSALS = 4
"""Uploads refused for their size or form before the result counts as undeliverable."""
SLOWEST_BYTES_PER_SECOND = 250_000
"""How slow a line may be before an upload counts as stuck."""


def caption(texts: Texts, job: Job, *, reduced: bool = False) -> str:
    """Say what a result is, in the person's language, and if it is less than was promised."""
    effect = job.effect
    if isinstance(effect, Neon):
        text = texts.get(job.language, "caption-neon", strength=str(effect.strength))
    else:
        text = texts.get(job.language, "caption-upscale", scale=effect.scale)
    return f"{text}\n\n{texts.get(job.language, 'caption-reencoded')}" if reduced else text


async def resend(bot: Bot, job: Job, result: Result, texts: Texts) -> bool:
    """Send a result that Telegram has already, as a reply to the job's picture.

    Returns:
        False when Telegram does not accept the file id any more: forget it and do the work.

    Raises:
        TelegramUnavailableError: the connection broke twice.
        TelegramAPIError: the person cannot be written to.
    """
    try:
        text = caption(texts, job, reduced=result.reduced)
        await _Sender(bot, job).send(result.kind, result.file_id, text)
    except TelegramBadRequest as error:
        if is_chat_closed(error):
            raise
        logger.info("job %s: the remembered file is refused: %s", job.id, error.message)
        return False
    return True


async def deliver(
    bot: Bot, job: Job, image: Image.Image, first: Delivery, texts: Texts
) -> Result | None:
    """Encode and send a result, smaller and smaller until Telegram takes it.

    Args:
        bot: sends.
        job: says where to, and which picture to reply to.
        image: the result.
        first: the best way to send it, see :func:`handler.telegram.delivery.plan`.
        texts: for the caption.

    Returns:
        What to remember; None when Telegram's answer names no file that can be sent again.

    Raises:
        UndeliverableError: Telegram refuses every form of it.
        TelegramUnavailableError: the connection broke twice.
        TelegramAPIError: the person cannot be written to, or something else is refused.
    """
    sender = _Sender(bot, job)
    delivery, data = await _encoded(image, first, b"", None)
    for _ in range(MAX_REFUSALS):
        text = caption(texts, job, reduced=delivery.reduced)
        file = BufferedInputFile(data, delivery.file_name)
        try:
            message = await sender.send(delivery.kind, file, text, len(data))
        except (UploadTooLargeError, TelegramBadRequest) as error:
            if not _is_about_the_file(error):
                raise
            logger.info("job %s: %s of %d bytes refused", job.id, delivery.kind, len(data))
            delivery, data = await _encoded(image, smaller(delivery, len(data)), data, delivery)
        else:
            return result_in(message, reduced=delivery.reduced)
    raise UndeliverableError(f"refused {MAX_REFUSALS} times")


def result_in(message: Message, *, reduced: bool = False) -> Result | None:
    """Find in Telegram's answer what can be sent again.

    Telegram may make another kind of media of a document; such a result is not remembered.
    """
    if message.photo:
        return Result(kind="photo", file_id=message.photo[-1].file_id, reduced=reduced)
    # Of an animation Telegram names the document too, but does not send it as one.
    if message.document and not message.animation:
        return Result(kind="document", file_id=message.document.file_id, reduced=reduced)
    return None


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
    return encode(image, wanted.format, wanted.quality)


def _is_about_the_file(error: Exception) -> bool:
    """Say whether another form of the file may be accepted."""
    if isinstance(error, UploadTooLargeError):
        return True
    text = str(error).lower()
    return any(hint in text for hint in ("photo_", "image_process", "too big", "too large"))


@dataclass(frozen=True, slots=True)
class _Sender:
    """Sends to the chat of one job, as a reply to its picture."""

    bot: Bot
    job: Job

    async def send(
        self, kind: Kind, file: InputFile | str, text: str, upload_bytes: int = 0
    ) -> Message:
        reply = ReplyParameters(
            message_id=self.job.photo_message_id,
            # The person may have deleted the picture meanwhile: the result comes all the same.
            allow_sending_without_reply=True,
        )
        seconds = 60 + upload_bytes // SLOWEST_BYTES_PER_SECOND

        async def call() -> Message:
            if kind == "photo":
                return await self.bot.send_photo(
                    self.job.chat_id,
                    file,
                    caption=text,
                    reply_parameters=reply,
                    request_timeout=seconds,
                )
            return await self.bot.send_document(
                self.job.chat_id,
                file,
                caption=text,
                reply_parameters=reply,
                request_timeout=seconds,
            )

        return await patiently(call)
