"""Tells Telegram where to send updates, and what to show of the bot."""

from aiogram.types import WebhookInfo
from pydantic import HttpUrl
from yarl import URL

from handler.endpoints import WEBHOOK_PATH
from handler.services import Services
from handler.settings import MissingSettingError
from handler.telegram.profile import publish_profile


async def set_webhook(services: Services, max_connections: int | None = None) -> str:
    """Let Telegram send updates to ``settings.webhook_url``.

    To an address without a path the application's own is appended; any other path is left as it
    is, since a proxy may rewrite it.

    Args:
        services: the bot.
        max_connections: updates that Telegram may deliver at once; None for its own default.

    Returns:
        The address, for a message.

    Raises:
        MissingSettingError: no address or no secret.
        TelegramError: Telegram refuses, or cannot be reached.
    """
    settings = services.settings
    if settings.webhook_url is None:
        raise MissingSettingError("WEBHOOK_URL", "Telegram has to know where to send updates")
    secret = settings.required_webhook_secret()
    url = _with_path(settings.webhook_url)
    await services.bot.set_webhook(
        url,
        secret_token=secret,
        max_connections=max_connections,
        allowed_updates=services.dispatcher.resolve_used_update_types(),
    )
    return url


async def publish(services: Services) -> None:
    """Publish the bot's profile, see :func:`handler.telegram.profile.publish_profile`.

    Raises:
        TelegramError: Telegram cannot be reached.
    """
    has_support = services.settings.support_contact is not None
    await publish_profile(services.bot, services.texts, has_support=has_support)


async def webhook_info(services: Services) -> str:
    """Return what Telegram knows of the webhook, readable, without secrets.

    Raises:
        TelegramError: Telegram refuses, or cannot be reached.
    """
    return _readable(await services.bot.get_webhook_info())


async def delete_webhook(services: Services) -> None:
    """Delete the webhook; updates wait at Telegram for a day.

    Raises:
        TelegramError: Telegram refuses, or cannot be reached.
    """
    await services.bot.delete_webhook()


def _with_path(url: HttpUrl) -> str:
    if (url.path or "/") != "/":
        return str(url)
    return str(URL(str(url)).with_path(WEBHOOK_PATH, keep_query=True))


def _readable(info: WebhookInfo) -> str:
    lines = {
        "address": info.url or "none (no webhook is set)",
        "updates waiting": str(info.pending_update_count),
        "updates wanted": ", ".join(info.allowed_updates or ()) or "all usual ones",
    }
    if info.max_connections:
        lines["connections at most"] = str(info.max_connections)
    if info.last_error_date:
        lines["last error"] = (
            f"{info.last_error_date:%Y-%m-%d %H:%M:%S %Z} {info.last_error_message}"
        )
    width = max(map(len, lines))
    return "\n".join(f"{name:<{width}}  {value}" for name, value in lines.items())
