"""The families of effects there are, and the codes that name effects."""

from dataclasses import fields
from typing import Any

from model_layer.effects.compare import Compare
from model_layer.effects.effect import Effect, UnknownEffectError
from model_layer.effects.neon import LightFrom, Lights, Neon
from model_layer.effects.upscale import Upscale

FAMILIES: dict[str, type[Effect]] = {
    family.family: family for family in (Neon, Lights, Upscale, LightFrom, Compare)
}
"""The families by name, in the order of their buttons."""


def offered_effects() -> tuple[Effect, ...]:
    """Return the effects that a picture is offered, family by family."""
    return tuple(effect for family in FAMILIES.values() for effect in family.offered())


def parse_effect(code: str) -> Effect:
    """Turn a code such as ``neon:max`` or ``upscale:2`` back into its effect.

    Raises:
        UnknownEffectError: no effect has this code.
    """
    name, *values = code.split(":")
    try:
        family = FAMILIES[name]
        readers: list[Any] = [parameter.type for parameter in fields(family)]
        effect = family(*(read(value) for read, value in zip(readers, values)))
    except (KeyError, TypeError, ValueError):
        raise UnknownEffectError(f"unknown effect {code!r}") from None
    if effect.code != code:  # one effect has one code, which claims and results are named by
        raise UnknownEffectError(f"unknown effect {code!r}")
    return effect
