"""What Telegram's failures and refusals mean: the one place that reads its texts.

A caller catches by what it can do: nobody is there (:class:`ChatClosedError`), it may work later
(:class:`UnavailableError`), or it would be refused again (:class:`RefusedError`). No message holds
contents or the token.
"""

from typing import Final

from aiogram.exceptions import (
    ClientDecodeError,
    TelegramAPIError,
    TelegramEntityTooLarge,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
)
from aiohttp import ClientConnectorError, ConnectionTimeoutError


class TelegramError(Exception):
    """Telegram did not do what it was asked to."""


class RefusedError(TelegramError):
    """Telegram refuses, and would do so again."""


class ChatClosedError(RefusedError):
    """Nobody can be written to: a person has blocked the bot, a group has removed or muted it."""


class NoRightsError(RefusedError):
    """The bot may write into the group, but not send pictures."""


class ChatMovedError(RefusedError):
    """The group has become a supergroup.

    Args:
        chat_id: of the supergroup.
    """

    def __init__(self, chat_id: int) -> None:
        super().__init__("the group has become a supergroup")
        self.chat_id = chat_id


class MessageGoneError(RefusedError):
    """The message to edit, to delete or to reply to is not there, or not in the bot's hands."""


class NotModifiedError(RefusedError):
    """The message is already what it is to become."""


class NotATextError(RefusedError):
    """The message whose text is to be edited is a picture or a file by now."""


class FileGoneError(RefusedError):
    """Telegram does not have the file, or not at the moment: its texts do not tell which."""


class FileRefusedError(RefusedError):
    """Telegram does not take this file in this way; in another form it may."""


class FileTooLargeError(FileRefusedError):
    """More bytes than a bot may upload or download."""


class UnavailableError(TelegramError):
    """Telegram cannot be reached, or is out of order.

    Args:
        reason: one line.
        may_have_arrived: whether the request may have taken effect, its answer being lost.
    """

    def __init__(self, reason: str, *, may_have_arrived: bool = False) -> None:
        super().__init__(reason)
        self.may_have_arrived = may_have_arrived


class RetryAfterError(UnavailableError):
    """Telegram refuses for now: too many requests.

    Args:
        retry_after: seconds until it takes requests again.
    """

    def __init__(self, retry_after: float) -> None:
        super().__init__(f"too many requests: retry after {retry_after:.0f} s")
        self.retry_after = retry_after


class DownloadError(UnavailableError):
    """A file did not arrive, or not whole."""


_REFUSALS: Final[tuple[tuple[type[RefusedError], tuple[str, ...]], ...]] = (
    (
        ChatClosedError,
        (
            *("chat not found", "user is deactivated", "peer_id_invalid", "write_forbidden"),
            # Groups whose owners let the bot say nothing.
            *("rights to send text", "rights to send a message", "send_plain_forbidden"),
            *("chat_restricted", "topic_closed"),
        ),
    ),
    (NoRightsError, ("not enough rights", "chat_send_")),
    (NotModifiedError, ("message is not modified",)),
    (NotATextError, ("there is no text in the message",)),
    (
        MessageGoneError,
        (
            "message to edit not found",
            "message to delete not found",
            "replied not found",
            "message_id_invalid",
            "message can't be",
        ),
    ),
    (FileTooLargeError, ("too big", "too large")),
    (FileGoneError, ("wrong file", "temporarily unavailable", "file_reference", "file_id_invalid")),
    (FileRefusedError, ("photo_", "image_process")),
)
"""Parts of Telegram's refusals, in small letters; the first that fits counts."""


def translate(error: Exception, status: int | None = None) -> TelegramError:
    """Turn what aiogram raises into an error of this module.

    Args:
        error: of aiogram or of the network.
        status: the answer's HTTP status; None when there was no answer.
    """
    if isinstance(error, TelegramRetryAfter):
        return RetryAfterError(error.retry_after)
    if isinstance(error, TelegramEntityTooLarge) or status == 413:
        return FileTooLargeError("HTTP 413")
    if isinstance(error, ClientDecodeError):  # its text is the whole answer: not for the log
        return UnavailableError(
            f"an unreadable answer, HTTP {status}", may_have_arrived=_lost(status)
        )
    if isinstance(error, TelegramServerError) or status == 429:
        return UnavailableError(f"HTTP {status}", may_have_arrived=_lost(status))
    if isinstance(error, TelegramAPIError) and not isinstance(error, TelegramNetworkError):
        return _refusal(error)
    cause = error.__cause__ or error
    never_sent = isinstance(cause, (ClientConnectorError, ConnectionTimeoutError))
    reason = error.message if isinstance(error, TelegramAPIError) else type(error).__name__
    return UnavailableError(reason, may_have_arrived=not never_sent)


def _lost(status: int | None) -> bool:
    """Say whether a failure's HTTP status leaves open that the request was carried out.

    A gateway's 504 does, as does a success that cannot be read; 4xx, 500, 502 and 503 say no.
    """
    return status is None or status < 400 or status == 504


def _refusal(error: TelegramAPIError) -> RefusedError:
    if isinstance(error, TelegramMigrateToChat):
        return ChatMovedError(error.migrate_to_chat_id)
    if isinstance(error, TelegramForbiddenError):
        return ChatClosedError(error.message)
    text = error.message.lower()
    for kind, parts in _REFUSALS:
        if any(part in text for part in parts):
            return kind(error.message)
    return RefusedError(error.message)
