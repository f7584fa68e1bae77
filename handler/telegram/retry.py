"""When a request to Telegram is made again: one table for all of them.

A request that was refused with 429, never reached Telegram, or was answered with 500, 502 or 503
(as JSON or as a gateway's HTML page) has had no effect: any may be repeated. Of one whose answer
was lost (reset, timeout, 504, unreadable) nobody knows: it is repeated only where twice is the same
as once, and no message is sent again.
"""

import logging
from asyncio import sleep
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, TypeVar

from aiogram import Bot
from aiogram.client.session.middlewares.base import (
    BaseRequestMiddleware,
    NextRequestMiddlewareType,
)
from aiogram.methods import (
    AnswerCallbackQuery,
    DeleteMessage,
    DeleteWebhook,
    EditMessageMedia,
    EditMessageReplyMarkup,
    EditMessageText,
    GetFile,
    GetMe,
    GetMyCommands,
    GetMyDescription,
    GetMyName,
    GetMyShortDescription,
    GetUpdates,
    GetUserProfilePhotos,
    GetWebhookInfo,
    Response,
    SendChatAction,
    SendDocument,
    SendMediaGroup,
    SendPhoto,
    SetMyCommands,
    SetMyDescription,
    SetMyName,
    SetMyShortDescription,
    SetWebhook,
    TelegramMethod,
)
from aiogram.methods.base import TelegramType

from handler.telegram.errors import (
    FileGoneError,
    RetryAfterError,
    TelegramError,
    UnavailableError,
)

T = TypeVar("T")

logger = logging.getLogger(__name__)


class ProgressEdit(EditMessageText):
    """An edit that is worthless when late: who shows progress has a newer one by then."""


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How long a call is tried."""

    attempts: int
    """In all, where Telegram cannot be reached or fails."""
    backoff: float = 0.5
    """Before the second attempt, seconds; doubles with each."""
    max_retry_after: float = 0.0
    """What all 429 together may cost a call, seconds; a longer one goes to the caller."""
    timeout: float = 15.0
    """What one attempt may take, seconds; an upload has time for its bytes, too."""
    repeats_lost: bool = False
    """Whether it is repeated when its answer was lost."""
    repeats: type[TelegramError] | tuple[type[TelegramError], ...] = UnavailableError


SEND = RetryPolicy(5, max_retry_after=20)  # as long as the webhook may take
IDEMPOTENT = replace(SEND, timeout=10, repeats_lost=True)
EDIT = replace(IDEMPOTENT, max_retry_after=90)
UPLOAD = RetryPolicy(4, backoff=1, max_retry_after=90, timeout=20)
ONCE = RetryPolicy(1, timeout=5)

POLICIES: Final[Mapping[type, RetryPolicy]] = {
    TelegramMethod: SEND,  # sendMessage, and whatever is not named here
    SendPhoto: UPLOAD,
    SendDocument: UPLOAD,
    SendMediaGroup: UPLOAD,
    EditMessageMedia: replace(UPLOAD, repeats_lost=True),
    EditMessageText: EDIT,
    EditMessageReplyMarkup: EDIT,
    DeleteMessage: EDIT,
    ProgressEdit: ONCE,
    SendChatAction: ONCE,
    AnswerCallbackQuery: replace(IDEMPOTENT, attempts=2, timeout=5, max_retry_after=5),
    GetFile: replace(IDEMPOTENT, repeats=(UnavailableError, FileGoneError)),
    GetUpdates: ONCE,  # aiogram polls again by itself
    **dict.fromkeys(
        (
            GetMe,
            GetMyCommands,
            GetMyDescription,
            GetMyName,
            GetMyShortDescription,
            GetUserProfilePhotos,
            GetWebhookInfo,
            SetWebhook,
            DeleteWebhook,
            SetMyCommands,
            SetMyDescription,
            SetMyName,
            SetMyShortDescription,
        ),
        IDEMPOTENT,
    ),
}


def policy_of(method: TelegramMethod[Any]) -> RetryPolicy:
    """Return the policy of the nearest kind of call in :data:`POLICIES`."""
    return next(POLICIES[kind] for kind in type(method).__mro__ if kind in POLICIES)


async def retry(call: Callable[[], Awaitable[T]], policy: RetryPolicy, name: str) -> T:
    """Make a call until it succeeds, or as often as its policy allows.

    Args:
        call: makes the request anew each time.
        policy: of this kind of call.
        name: of the call, for the log.

    Raises:
        TelegramError: of the last attempt.
    """
    failures, waited, pause = 0, 0.0, policy.backoff
    while True:
        try:
            return await call()
        except RetryAfterError as error:  # refused, not done
            reason, delay = str(error), error.retry_after
            waited += delay
            if waited > policy.max_retry_after:
                raise
        except policy.repeats as error:
            failures += 1
            lost = isinstance(error, UnavailableError) and error.may_have_arrived
            if failures >= policy.attempts or (lost and not policy.repeats_lost):
                raise
            reason, delay, pause = str(error), pause, pause * 2
        logger.warning("%s: %s; again in %.1f s", name, reason, delay)
        await sleep(delay)


class RetryMiddleware(BaseRequestMiddleware):
    """Repeats the requests of a session by :data:`POLICIES`."""

    async def __call__(
        self,
        make_request: NextRequestMiddlewareType[TelegramType],
        bot: Bot,
        method: TelegramMethod[TelegramType],
    ) -> Response[TelegramType]:
        """Make the request, again if need be."""
        name = method.__api_method__
        return await retry(lambda: make_request(bot, method), policy_of(method), name)
