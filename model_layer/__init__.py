"""Pictures in, pictures out: the neon and upscaling effects, their networks and their weights.

What callers need stands here, and is imported when it is asked for: effects and stores do without
torch, the engine does not. Pictures are read and written by :mod:`model_layer.images`.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from model_layer.effects import (
        Effect,
        Neon,
        Size,
        Strength,
        UnknownEffectError,
        Upscale,
        offered_effects,
        parse_effect,
    )
    from model_layer.engine import Engine
    from model_layer.planning.limits import Limits
    from model_layer.planning.planner import Budget, Choice, Plan, Refusal
    from model_layer.store.manifest import Inputs, Model
    from model_layer.store.store import ModelStore, ModelStoreError

__all__ = [
    "Budget",
    "Choice",
    "Effect",
    "Engine",
    "Inputs",
    "Limits",
    "Model",
    "ModelStore",
    "ModelStoreError",
    "Neon",
    "Plan",
    "Refusal",
    "Size",
    "Strength",
    "UnknownEffectError",
    "Upscale",
    "offered_effects",
    "parse_effect",
]

_MODULES = {
    **dict.fromkeys(["Effect", "Neon", "Size", "Strength", "UnknownEffectError"], "effects"),
    **dict.fromkeys(["Upscale", "offered_effects", "parse_effect"], "effects"),
    "Engine": "engine",
    "Limits": "planning.limits",
    **dict.fromkeys(["Budget", "Choice", "Plan", "Refusal"], "planning.planner"),
    **dict.fromkeys(["Inputs", "Model"], "store.manifest"),
    **dict.fromkeys(["ModelStore", "ModelStoreError"], "store.store"),
}

if not TYPE_CHECKING:  # or every name would be there, for the type checker

    def __getattr__(name: str) -> Any:
        """Import what is asked for."""
        if name not in _MODULES:
            raise AttributeError(f"module {__name__} has no attribute {name}")
        return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
