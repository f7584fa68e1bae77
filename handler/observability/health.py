"""Is the bot fit to work?"""

import asyncio
from typing import Any

from model_layer import Effect, ModelStore, ModelStoreError, offered_effects


async def health(store: ModelStore, waiting: int | None) -> dict[str, Any]:
    """Report the models' digests and the jobs that wait; the status is "ok" if none is missing.

    Args:
        store: where the models are looked for.
        waiting: jobs that wait on this machine; None when they wait elsewhere.
    """
    models = await asyncio.to_thread(_digests, store)
    status = "ok" if all(models.values()) else "weights missing"
    return {"status": status, "waiting": waiting, "models": models}


def _digests(store: ModelStore) -> dict[str, str | None]:
    """Return the digest of every effect's model; None for a model that is missing."""
    return {effect.code: _digest(store, effect) for effect in offered_effects()}


def _digest(store: ModelStore, effect: Effect) -> str | None:
    try:
        return store.model(effect).sha256
    except ModelStoreError:
        return None
