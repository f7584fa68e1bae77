"""Architectures by name."""

from collections.abc import Callable, Mapping
from functools import partial

import torch
from torch import nn

from model_layer.networks import architectures, one_stride, super_resolution
from model_layer.networks.lit_pix2pix import LitGenerator
from model_layer.networks.network import Bank
from model_layer.networks.network import Network as Network  # noqa: PLC0414  # for callers
from model_layer.networks.pix2pix import Generator

Parameters = architectures.Parameters


class UnknownArchitectureError(ValueError):
    """The architecture is not registered, or its parameters do not fit it."""


def generator_network(generator: Generator) -> Network:
    """Describe a Pix2Pix generator, such as one that is being trained."""
    return Network(generator, 1, Generator.stride, None, (-1.0, 1.0))


def _pix2pix(features: int, resize_levels: int = 0) -> Network:
    return generator_network(Generator(features, resize_levels=resize_levels))


def lit_network(generator: LitGenerator) -> Network:
    """Describe a generator that is told of the light, such as one that is being trained."""
    bank = Bank(generator.layouts, generator.maps)
    return Network(generator, 1, LitGenerator.stride, None, (-1.0, 1.0), bank=bank)


def _lit_pix2pix(features: int, lights: int = 0) -> Network:
    return lit_network(LitGenerator(features, lights))


def _super_resolution(name: str, /, **parameters: int | float | bool | str) -> Network:
    return super_resolution.build(name, parameters)


_BUILDERS: dict[str, Callable[..., Network]] = {
    "one-stride": one_stride.network,
    "pix2pix": _pix2pix,
    "lit-pix2pix": _lit_pix2pix,
    **{name: partial(_super_resolution, name) for name in architectures.ARCHITECTURES},
}

ARCHITECTURES = tuple(sorted(_BUILDERS))
"""What :func:`build` knows."""


def build(architecture: str, parameters: Parameters) -> Network:
    """Build a network with random weights.

    Args:
        architecture: one of :data:`ARCHITECTURES`.
        parameters: for ``pix2pix`` its ``features`` and ``resize_levels``; for ``lit-pix2pix`` its
            ``features`` and how many ``lights`` its bank holds; for ``one-stride`` those of
            :func:`one_stride.network`; for the others ``scale`` and any field of super-image's
            configuration, see
            :func:`super_resolution.build`.

    Raises:
        UnknownArchitectureError: no such architecture, or parameters that do not fit it.
    """
    if architecture not in ARCHITECTURES:
        known = ", ".join(ARCHITECTURES)
        raise UnknownArchitectureError(f"unknown architecture {architecture!r} (known: {known})")
    try:
        return _BUILDERS[architecture](**parameters)
    except (TypeError, ValueError) as error:
        raise UnknownArchitectureError(f"parameters of {architecture}: {error}") from error


def load_strictly(module: nn.Module, weights: Mapping[str, torch.Tensor]) -> None:
    """Copy weights into a network; every key and every shape must fit.

    Done here and not by ``load_state_dict``, because super-image's networks override that and
    accept missing keys and other scales' weights silently.

    Raises:
        ValueError: keys are missing or left over, or shapes differ; says which.
    """
    own = module.state_dict()
    problems = [f"{key} is missing" for key in own.keys() - weights.keys()]
    problems += [f"{key} is not known" for key in weights.keys() - own.keys()]
    problems += [
        f"{key} has shape {tuple(weights[key].shape)} instead of {tuple(own[key].shape)}"
        for key in own.keys() & weights.keys()
        if own[key].shape != weights[key].shape
    ]
    if problems:
        shown = "; ".join(sorted(problems)[:3])
        more = f" and {len(problems) - 3} more" if len(problems) > 3 else ""
        raise ValueError(shown + more)
    with torch.no_grad():
        for key, value in own.items():
            value.copy_(weights[key])
