"""The message in which a person sees a job: waiting, worked on, and at last its result."""

import asyncio
import contextlib
import logging
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Final, Literal, Self

from aiogram import Bot
from aiogram.types import (
    InlineKeyboardMarkup,
    InputFile,
    InputMediaDocument,
    InputMediaPhoto,
    Message,
    ReplyParameters,
)

from handler.telegram.delivery import Kind
from handler.telegram.errors import (
    ChatClosedError,
    MessageGoneError,
    NotATextError,
    NotModifiedError,
    RefusedError,
    RetryAfterError,
    TelegramError,
    UnavailableError,
)
from handler.telegram.retry import UPLOAD, ProgressEdit
from handler.telegram.tags import only_for
from handler.waiting import wait_at_most

logger = logging.getLogger(__name__)

Action = Literal["upload_photo", "upload_document"]

PARTING_SECONDS: Final = 5.0
"""How long the end of progress waits for a request that is under way."""
SLOWEST_BYTES_PER_SECOND: Final = 250_000
"""How slow a line may be before an upload counts as stuck."""


def upload_seconds(size: int) -> int:
    """Say how long the upload of so many bytes may take, seconds."""
    return round(UPLOAD.timeout) + size // SLOWEST_BYTES_PER_SECOND


class StatusMessage:
    """A job's status message, which at the end becomes the result.

    Only its sending is a new message. All that follows is an edit, and an edit may be repeated:
    after a lost answer the second one changes nothing.

    Args:
        bot: owns the message.
        chat_id: where it is.
        message_id: of the message; None when there is none, or none that is known.
        reply_to: id of the message with the person's picture.
        keyboard: stands under the message until it becomes the result or the final text.
        asker_id: in a group, the person whom all its buttons are for; None for everybody.
    """

    def __init__(
        self,
        bot: Bot,
        chat_id: int,
        message_id: int | None,
        *,
        reply_to: int,
        keyboard: InlineKeyboardMarkup | None = None,
        asker_id: int | None = None,
    ) -> None:
        self.bot = bot
        self.chat_id = chat_id
        self.message_id = message_id
        self._asker_id = asker_id
        self.keyboard = only_for(asker_id, keyboard, bot.token)
        self._reply_to = reply_to
        self._has_notified = False

    async def send(self, text: str) -> None:
        """Send the message, as a reply to the picture.

        Where Telegram cannot be reached there is none, rather than perhaps two: the job does
        without it, and its result is sent.

        Raises:
            RefusedError: the person cannot be written to.
        """
        try:
            sent = await self.bot.send_message(
                self.chat_id, text, reply_parameters=self.reply(), reply_markup=self.keyboard
            )
        except UnavailableError as error:
            logger.warning("no status message: %s", error)
        else:
            self.message_id = sent.message_id

    def progress(
        self, render: Callable[[int], str], action: Action, pace: "Pace | None" = None
    ) -> "Progress":
        """Return a display of progress, to be entered.

        Args:
            render: makes the message's text for a whole percentage.
            action: what the chat shows beside the bot's name.
            pace: how often.
        """
        return Progress(self, render, action, pace or Pace())

    async def show(self, text: str) -> bool:
        """Show a passing text, once; False when another one makes no sense.

        Raises:
            RetryAfterError: the message may be edited again after that time.
        """
        if self.message_id is None:
            return False
        try:
            await self.bot(
                ProgressEdit(
                    text=text,
                    chat_id=self.chat_id,
                    message_id=self.message_id,
                    reply_markup=self.keyboard,
                )
            )
        except (NotModifiedError, UnavailableError) as error:
            if isinstance(error, RetryAfterError):
                raise
            logger.debug("no progress shown: %s", error)
        except RefusedError:
            return False
        return True

    async def replace(
        self,
        kind: Kind,
        file: InputFile | str,
        caption: str,
        *,
        keyboard: InlineKeyboardMarkup | None = None,
        upload_bytes: int = 0,
    ) -> Message | None:
        """Turn the message into the result; where there is none, send the result as a reply.

        Args:
            kind: photo or document.
            file: to upload, or the id of one that Telegram has.
            caption: under it.
            keyboard: under that.
            upload_bytes: size of what is uploaded.

        Returns:
            The message with the result; None when it had become that before.

        Raises:
            FileRefusedError: Telegram may take the file in another form.
            UnavailableError: Telegram cannot be reached.
            RefusedError: the person cannot be written to, or something else is refused.
        """
        keyboard = only_for(self._asker_id, keyboard, self.bot.token)
        seconds = upload_seconds(upload_bytes)
        if self.message_id is not None:
            make = InputMediaPhoto if kind == "photo" else InputMediaDocument
            try:
                edited = await self.bot.edit_message_media(
                    make(media=file, caption=caption),
                    chat_id=self.chat_id,
                    message_id=self.message_id,
                    reply_markup=keyboard,
                    request_timeout=seconds,
                )
            except NotModifiedError:
                return None
            except MessageGoneError as error:
                logger.info("the result is sent: %s", error)
            else:
                return edited if isinstance(edited, Message) else None
        send = self.bot.send_photo if kind == "photo" else self.bot.send_document
        sent = await send(
            self.chat_id,
            file,
            caption=caption,
            reply_parameters=self.reply(),
            reply_markup=keyboard,
            request_timeout=seconds,
        )
        self._has_notified = True
        await self.delete()
        self.message_id = sent.message_id
        return sent

    async def send_photo(self, photo: InputFile | str) -> str | None:
        """Send a photo, silently, as a reply to the result. Never raises: it logs.

        Args:
            photo: to upload, or the id of one that Telegram has.

        Returns:
            Its id, by which it can be sent again; None when it was not sent.
        """
        if self.message_id is None:
            return None
        reply = ReplyParameters(message_id=self.message_id, allow_sending_without_reply=True)
        try:
            sent = await self.bot.send_photo(
                self.chat_id, photo, reply_parameters=reply, disable_notification=True
            )
        except TelegramError as error:
            logger.info("no photo after the result: %s", error)
            return None
        return sent.photo[-1].file_id if sent.photo else None

    async def offer(self, text: str, keyboard: InlineKeyboardMarkup | None, reply_to: int) -> None:
        """Offer something about another message, silently. Never raises: it logs."""
        reply = ReplyParameters(message_id=reply_to, allow_sending_without_reply=False)
        try:
            await self.bot.send_message(
                self.chat_id,
                text,
                reply_parameters=reply,
                reply_markup=keyboard,
                disable_notification=True,
            )
        except TelegramError as error:
            logger.info("nothing is offered: %s", error)

    async def notify(self, text: str) -> None:
        """Send a reply to the result, since an edit makes no sound. Never raises: it logs."""
        if self._has_notified or self.message_id is None:
            return
        reply = ReplyParameters(message_id=self.message_id, allow_sending_without_reply=True)
        try:
            await self.bot.send_message(self.chat_id, text, reply_parameters=reply)
        except TelegramError as error:
            logger.info("the person is not notified: %s", error)

    async def end_with(
        self, text: str, *, keyboard: InlineKeyboardMarkup | None = None, or_send: bool = True
    ) -> None:
        """Edit the message to its final text. Never raises: it logs.

        A message that is the result by now stays that.

        Args:
            text: the person hears no more after it.
            keyboard: stands under it, instead of the one until now.
            or_send: whether it is sent as a reply where there is no message.
        """
        keyboard = only_for(self._asker_id, keyboard, self.bot.token)
        try:
            if not await self._edit(text, keyboard) and or_send:
                await self.bot.send_message(
                    self.chat_id, text, reply_parameters=self.reply(), reply_markup=keyboard
                )
        except ChatClosedError:
            logger.info("the person cannot be written to any more")
        except TelegramError as error:
            logger.warning("the person is not told: %s", error)

    async def delete(self) -> None:
        """Delete the message. Never raises: it logs."""
        if self.message_id is None:
            return
        try:
            await self.bot.delete_message(self.chat_id, self.message_id)
        except TelegramError as error:
            logger.info("the status message stays: %s", error)

    async def _edit(self, text: str, keyboard: InlineKeyboardMarkup | None) -> bool:
        """Edit text and buttons; False where there is no message."""
        if self.message_id is None:
            return False
        try:
            await self.bot.edit_message_text(
                text, chat_id=self.chat_id, message_id=self.message_id, reply_markup=keyboard
            )
        except MessageGoneError:
            return False
        except NotModifiedError:
            pass
        except NotATextError:
            logger.info("no final text: the result is there")
        return True

    def reply(self) -> ReplyParameters:
        """Return what makes a message a reply to the picture."""
        # The person may have deleted the picture meanwhile: the answer comes all the same.
        return ReplyParameters(message_id=self._reply_to, allow_sending_without_reply=True)


@dataclass(frozen=True, slots=True)
class Pace:
    """How often the person is told, seconds."""

    edit: float = 2.5
    """Between two edits of a message; Telegram takes about one a second per chat."""
    look: float = 5.0
    """Until the text is made anew although there are no news."""
    action: float = 4.5
    """Between two chat actions; Telegram shows one for 5 seconds."""


class Progress:
    """Shows progress in a status message and keeps the chat's "sending a photo…" alive.

    An asynchronous context manager: reports while it is entered, and when it is left no edit is
    under way any more, so that what is written into the message afterwards stays. Progress is a
    nicety: whatever goes wrong with it harms nobody. See :meth:`StatusMessage.progress`.
    """

    def __init__(
        self, status: StatusMessage, render: Callable[[int], str], action: Action, pace: Pace
    ) -> None:
        self._status = status
        self._render = render
        self._action = action
        self._pace = pace
        self._percent = 0
        self._news = asyncio.Event()
        self._left = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._loop = asyncio.get_running_loop()

    def report(self, done: float) -> None:
        """Take note of the done part, 0 to 1. From any thread; costs next to nothing."""
        percent = min(100, max(0, int(done * 100)))
        if percent == self._percent:
            return
        self._percent = percent
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody to tell
            self._loop.call_soon_threadsafe(self._news.set)

    def renew(self) -> None:
        """Show the message anew: its text has changed although the percentage has not."""
        self._news.set()

    async def __aenter__(self) -> Self:
        self._news.set()  # so that 0 % shows at once
        self._tasks = [
            asyncio.create_task(self._keep_acting()),
            asyncio.create_task(self._keep_editing()),
        ]
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._left.set()
        self._news.set()
        try:
            await asyncio.wait(self._tasks, timeout=PARTING_SECONDS)
        finally:
            for task in self._tasks:
                task.cancel()
            for outcome in await asyncio.gather(*self._tasks, return_exceptions=True):
                if isinstance(outcome, Exception):
                    logger.warning("no progress shown: %r", outcome)

    async def _keep_editing(self) -> None:
        """Show every news, each time the newest, until the end or until it makes no sense."""
        shown = None
        while True:
            await wait_at_most(self._news, self._pace.look)  # the text may say how long it takes
            if self._left.is_set():
                return
            self._news.clear()
            pause = 0.0
            text = self._render(self._percent)
            if text != shown:
                try:
                    if not await self._status.show(text):
                        return
                    shown = text
                except RetryAfterError as error:
                    pause = error.retry_after
                    self._news.set()  # what is the newest then is shown then
            await wait_at_most(self._left, max(pause, self._pace.edit))

    async def _keep_acting(self) -> None:
        while not self._left.is_set():
            pause = 0.0
            try:
                await self._status.bot.send_chat_action(self._status.chat_id, self._action)
            except RetryAfterError as error:
                pause = error.retry_after
            except ChatClosedError:
                return
            except TelegramError as error:
                logger.debug("no chat action: %s", error)
            await wait_at_most(self._left, max(pause, self._pace.action))
