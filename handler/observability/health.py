"""GET /health: is the bot fit to work?"""

import asyncio

from aiohttp import web

from handler.services import Services
from model_layer.effects import EFFECTS, Effect
from model_layer.store.store import ModelStore, ModelStoreError


async def health(services: Services) -> web.Response:
    """Answer 200 with the models' digests and the jobs that wait, or 503 if a model is missing."""
    models = await asyncio.to_thread(_digests, services.store)
    complete = all(models.values())
    report = {
        "status": "ok" if complete else "weights missing",
        "waiting": services.waiting,
        "models": models,
    }
    return web.json_response(report, status=200 if complete else 503)


def _digests(store: ModelStore) -> dict[str, str | None]:
    """Return the digest of every effect's model; None for a model that is missing."""
    return {effect.code: _digest(store, effect) for effect in EFFECTS}


def _digest(store: ModelStore, effect: Effect) -> str | None:
    try:
        return store.available(effect).sha256
    except ModelStoreError:
        return None
