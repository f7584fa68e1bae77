"""Architectures by name, and what a caller must know of a network to run it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import torch
from torch import nn

from model_layer.networks import super_resolution
from model_layer.networks.pix2pix import Generator


class UnknownArchitectureError(ValueError):
    """The architecture is not registered, or its parameters do not fit it."""


@dataclass(frozen=True)
class Network:
    """A network and its descriptor, so that callers never ask for its name."""

    module: nn.Module
    scale: int
    """Output pixels per input pixel, along each side."""
    multiple: int
    """Height and width of the input must be multiples of this."""
    halo: int | None
    """Input pixels around a tile that make tiled equal untiled; None: cannot be tiled."""
    value_range: tuple[float, float]
    """Smallest and largest value of input and output."""


def _pix2pix(features: int) -> Network:
    return Network(Generator(features), 1, Generator.stride, None, (-1.0, 1.0))


def _edsr(scale: int, n_resblocks: int, n_feats: int) -> Network:
    module = super_resolution.edsr(scale, n_resblocks, n_feats)
    return Network(module, scale, 1, super_resolution.edsr_halo(n_resblocks), (0.0, 1.0))


_BUILDERS: dict[str, Callable[..., Network]] = {"pix2pix": _pix2pix, "edsr": _edsr}


def build(architecture: str, parameters: Mapping[str, int]) -> Network:
    """Build a network with random weights.

    Raises:
        UnknownArchitectureError: no such architecture, or parameters that do not fit it.
    """
    if architecture not in _BUILDERS:
        known = ", ".join(sorted(_BUILDERS))
        raise UnknownArchitectureError(f"unknown architecture {architecture!r} (known: {known})")
    try:
        return _BUILDERS[architecture](**parameters)
    except TypeError as error:
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
