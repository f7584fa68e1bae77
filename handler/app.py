"""The web application: POST /telegram/webhook and GET /health."""

from collections.abc import AsyncIterator
from typing import Final

from aiohttp import web

from handler.jobs.model_thread import EngineFactory
from handler.observability.health import health
from handler.services import Services
from handler.settings import Settings
from handler.webhook import MAX_BODY, WebhookHandler

WEBHOOK_PATH: Final = "/telegram/webhook"
HEALTH_PATH: Final = "/health"


class MissingSettingError(Exception):
    """A setting that this way of running the bot needs is not set.

    Args:
        variable: its name in the environment.
        reason: what it is needed for.
    """

    def __init__(self, variable: str, reason: str) -> None:
        super().__init__(f"{variable} is not set: {reason}")


def create_app(
    settings: Settings,
    engine_factory: EngineFactory | None = None,
    services: Services | None = None,
) -> web.Application:
    """Return the application; its start and cleanup are those of the services.

    Args:
        settings: the bot's settings; the webhook's secret is required.
        engine_factory: makes the engine when the first job needs it; by default the real one.
        services: the bot, where it is not the usual one on one machine.

    Raises:
        MissingSettingError: no secret.
    """
    secret = settings.webhook_secret.get_secret_value() if settings.webhook_secret else ""
    if not secret:
        raise MissingSettingError("WEBHOOK_SECRET", "without one anybody could pose as Telegram")
    bot = services or Services(settings, engine_factory=engine_factory)
    webhook = WebhookHandler(bot.dispatcher, bot.bot, secret)

    async def report_health(_: web.Request) -> web.Response:
        return await health(bot)

    async def run_services(_: web.Application) -> AsyncIterator[None]:
        async with bot:
            yield

    app = web.Application(client_max_size=MAX_BODY)
    app.router.add_post(WEBHOOK_PATH, webhook.handle)
    app.router.add_get(HEALTH_PATH, report_health)
    app.cleanup_ctx.append(run_services)
    return app
