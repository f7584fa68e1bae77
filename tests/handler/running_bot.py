"""The whole bot beside a playground: every word between them goes through real HTTP."""

import asyncio
import contextlib
import io
import json
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiohttp import ClientSession, web
from PIL import Image, ImageDraw
from pydantic import HttpUrl, SecretStr

from handler.app import create_app
from handler.endpoints import WEBHOOK_PATH
from handler.jobs.sqlite.database import IN_MEMORY
from handler.jobs.sqlite.queue import SqliteJobQueue
from handler.services import Services
from handler.settings import Settings
from handler.telegram.profile import command_names
from handler.texts.translator import Translator
from handler.texts.wording import question
from handler.webhook import SECRET_HEADER
from handler.webhook_admin import set_webhook
from model_layer.effects import Effect, offered_effects
from model_layer.store.store import ModelStore
from playground import Person, Playground
from playground.engine import FakeEngine
from tests.playground.waiting import until

TOKEN = "123456789:AAE-not_a_real_token_but_of_its_form"
SECRET = "not_the_real_webhook-secret"
NEON_DIGEST = "a" * 64
UPSCALE_DIGEST = "b" * 64

Json = dict[str, Any]


@dataclass
class RunningBot:
    telegram: Playground
    services: Services
    engine: FakeEngine
    url: str
    updates: list[Json] = field(default_factory=list)
    """What was posted to the webhook."""

    async def post(self, body: bytes | Json, secret: str | None = SECRET) -> int:
        """Post to the webhook as Telegram does, or as an impostor would; returns the status."""
        headers = {} if secret is None else {SECRET_HEADER: secret}
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        async with (
            ClientSession() as session,
            session.post(self.url + WEBHOOK_PATH, data=data, headers=headers) as response,
        ):
            return response.status

    async def offered(self, person: Person, data: bytes | None = None) -> Json:
        """Let a person send a photo; returns the bot's message with the buttons."""
        photo = await person.send_photo(data or jpeg())
        return await person.wait_for(
            lambda message: has_buttons(message) and is_reply(message, photo)
        )

    async def said(self, person: Person) -> list[str]:
        """Return the bot's texts in a chat, oldest first, when it has taken all updates."""

        async def taken() -> bool:
            return not self.telegram.pending_updates

        await until(taken)
        return [m["text"] for m in person.messages if m["from"]["is_bot"] and "text" in m]

    def question(self, person: Person, *effects: Effect) -> str:
        """Return what is asked about a picture; by default, with all effects to choose from."""
        translate = Translator(self.services.texts, person.language)
        return question(translate, effects or offered_effects())

    def unknown_command(self, person: Person) -> str:
        """Return what is said to who types a command that there is not."""
        names = command_names(has_support=self.services.settings.support_contact is not None)
        commands = ", ".join(f"/{name}" for name in names)
        return self.texts(person, "unknown-command", commands=commands)

    def texts(self, person: Person, key: str, **args: Any) -> str:
        return self.services.texts.get(person.language, key, **args)


@asynccontextmanager
async def run_bot(weights: Path, **settings: Any) -> AsyncIterator[RunningBot]:
    async with Playground(token=TOKEN, retry_delay=0.05) as telegram:
        door = socket.create_server(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{door.getsockname()[1]}"
        services, engine = services_for(telegram, weights, url, **settings)
        bot = RunningBot(telegram, services, engine, url)
        app = create_app(services.settings, services=services)
        app.middlewares.append(_recorder(bot.updates))
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await runner.setup()
        try:
            await web.SockSite(runner, door).start()
            await set_webhook(services)
            yield bot
        finally:
            engine.gate.set()
            await runner.cleanup()


def services_for(
    telegram: Playground, weights: Path, url: str = "", **settings: Any
) -> tuple[Services, FakeEngine]:
    engine = FakeEngine(ModelStore.open(weights))
    known: Json = {
        "bot_token": SecretStr(TOKEN),
        "telegram_api_url": HttpUrl(telegram.url),
        "webhook_url": HttpUrl(url + WEBHOOK_PATH) if url else None,
        "webhook_secret": SecretStr(SECRET),
        "weights": weights,
        "store": IN_MEMORY,
        **settings,
    }
    return Services(Settings(**known), engine_factory=lambda: engine), engine


def _recorder(updates: list[Json]) -> Any:
    @web.middleware
    async def record(
        request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        if request.headers.get(SECRET_HEADER) == SECRET:
            with contextlib.suppress(ValueError, RecursionError):
                updates.append(json.loads(await request.read()))
        return await handler(request)

    return record


def bot_weights(folder: Path) -> Path:
    """Make a folder of weights beside others in ``folder``, which hold nothing but a name."""
    weights = folder / "weights"
    weights.mkdir()
    (weights / "manifest.json").write_text(manifest(), encoding="utf-8")
    for model in json.loads(manifest())["models"]:
        (weights / model["file"]).touch()
    return weights


def manifest() -> str:
    """Return a manifest with every model; the contents of the files are the engine's affair."""
    models = [_model("neon", 1, NEON_DIGEST)]
    models += [_model("upscale", scale, UPSCALE_DIGEST) for scale in (2, 3, 4)]
    return json.dumps({"version": 1, "models": models})


def _model(effect: str, scale: int, digest: str) -> Json:
    name = f"{effect}-x{scale}"
    return {
        "name": name,
        "effect": effect,
        "scale": scale,
        "file": f"{name}.safetensors",
        "sha256": digest,
        "bytes": 1,
        "architecture": "test",
        "parameters": {},
        "weights": 1,
        "operations_per_pixel": 1,
        "card": f"{name}.md",
        "licence": "MIT",
    }


def jpeg(size: tuple[int, int] = (64, 48), colour: str = "navy") -> bytes:
    return _encoded(size, colour, "JPEG")


def png(size: tuple[int, int] = (64, 48), colour: str = "navy") -> bytes:
    return _encoded(size, colour, "PNG")


def _encoded(size: tuple[int, int], colour: str, format_name: str) -> bytes:
    image = Image.new("RGB", size, colour)
    ImageDraw.Draw(image).ellipse((4, 4, size[0] // 2, size[1] // 2), fill="gold")
    buffer = io.BytesIO()
    image.save(buffer, format_name)
    return buffer.getvalue()


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


def has_buttons(message: Json) -> bool:
    """Tell whether a message asks for a choice; a job that can be cancelled does not."""
    return "reply_markup" in message and not has_cancel(message)


def has_cancel(message: Json) -> bool:
    return "reply_markup" in message and buttons(message)[0][0].startswith("@cancel:")


def is_reply(message: Json, to: Json) -> bool:
    replied: Json = message.get("reply_to_message", {})
    return bool(replied.get("message_id") == to["message_id"])


def buttons(message: Json) -> list[list[str]]:
    rows = message["reply_markup"]["inline_keyboard"]
    return [[button["callback_data"] for button in row] for row in rows]


def results(person: Person) -> list[Json]:
    """Return the results that the bot has sent to a person; previews say nothing."""
    return [
        message
        for message in person.messages
        if message["from"]["is_bot"]
        and ("photo" in message or "document" in message)
        and "caption" in message
    ]


def is_text(text: str) -> Callable[[Json], bool]:
    return lambda message: message.get("text") == text


def statuses(person: Person) -> list[str]:
    """Return what the bot's status messages say."""
    texts = [str(message.get("text", "")) for message in person.messages]
    return [text for text in texts if text.startswith(("👽", "👾", "💡", "⚖️"))]


async def finished(bot: RunningBot, person: Person) -> None:
    """Wait until every status message has become a result and nothing is worked on."""
    await person.wait_until(lambda: not statuses(person))
    queue = bot.services.queue
    assert isinstance(queue, SqliteJobQueue)
    async with asyncio.timeout(5):
        while any(await queue.counts()):  # noqa: ASYNC110  # for a moment at most
            await asyncio.sleep(0.005)
