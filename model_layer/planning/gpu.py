"""What is different on a GPU: its own memory, half precision, several tiles at once."""

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

import numpy as np
import torch
from PIL import Image

from model_layer.effects import Effect
from model_layer.networks.network import Network
from model_layer.planning.runtime import runtime_of

TILES_AT_ONCE: Final = 4
"""One tile does not keep a GPU busy."""
FASTER: Final = 1.1
"""Half precision is taken where it is so many times as fast, at least."""
MEAN_LEVELS, MOST_LEVELS, MOST_SHARE = 0.2, 1, 0.999
"""How far results may be apart, of 255: on average, and for so many of the values. That is less
than ΔE 0.5, which nobody sees."""
PASSES: Final = 3

Apply = Callable[[Network], Image.Image]


def free_bytes(device: torch.device) -> int:
    """Return the memory of a GPU that a picture may have: what is free, or kept for reuse."""
    free, _ = torch.cuda.mem_get_info(device)
    kept = torch.cuda.memory_reserved(device) - torch.cuda.memory_allocated(device)
    return free + kept


def settle(network: Network, effect: Effect, picture: Image.Image) -> Network:
    """Arrange a network for the GPU that it is on.

    Half precision is tried on a picture, and taken where it is faster and makes the same.

    Args:
        network: moved to the GPU.
        effect: that it is for.
        picture: to try it with.
    """
    apply: Any = runtime_of(effect.family).apply
    several = replace(network, batch=TILES_AT_ONCE)
    return quicker(several, lambda network: apply(network, picture, effect, lambda _: None))


def quicker(
    network: Network, apply: Apply, clock: Callable[[], float] = time.perf_counter
) -> Network:
    """Return the network in half precision, where that is faster at an equal result.

    Args:
        network: in full precision.
        apply: makes a picture with a network.
        clock: seconds, for tests.
    """
    half = replace(network, half=True)
    exact, slow = _tried(network, apply, clock)
    rounded, quick = _tried(half, apply, clock)
    return half if slow > FASTER * quick and alike(exact, rounded) else network


def alike(first: Image.Image, second: Image.Image) -> bool:
    """Say whether nobody could tell two pictures apart."""
    apart = np.abs(np.asarray(first, np.int16) - np.asarray(second, np.int16))
    few = (apart <= MOST_LEVELS).mean() >= MOST_SHARE
    return bool(few and apart.mean() <= MEAN_LEVELS)


def _tried(network: Network, apply: Apply, clock: Callable[[], float]) -> tuple[Image.Image, float]:
    """Return what a network makes, and the shortest time that it took; the first is slower."""
    made, times = apply(network), []
    for _ in range(PASSES):
        began = clock()
        made = apply(network)
        times.append(clock() - began)
    return made, min(times)
