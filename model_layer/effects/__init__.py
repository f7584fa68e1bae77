"""What can be asked of a picture: families of effects that describe themselves.

Light: imports no network library. Callers ask an effect what it is like, never which one it is;
its family's networks are run by the module that :attr:`Effect.runtime` names.
"""

from model_layer.effects.compare import Compare
from model_layer.effects.effect import PILLOW_BYTES, Effect, FollowUp, Size, UnknownEffectError
from model_layer.effects.families import FAMILIES, offered_effects, parse_effect
from model_layer.effects.neon import AUTO, LIGHTS, LightFrom, Lights, Neon, Strength, after, next_of
from model_layer.effects.upscale import SCALES, Look, Upscale

__all__ = [
    "AUTO",
    "FAMILIES",
    "LIGHTS",
    "PILLOW_BYTES",
    "SCALES",
    "Compare",
    "Effect",
    "FollowUp",
    "LightFrom",
    "Lights",
    "Look",
    "Neon",
    "Size",
    "Strength",
    "UnknownEffectError",
    "Upscale",
    "after",
    "next_of",
    "offered_effects",
    "parse_effect",
]
