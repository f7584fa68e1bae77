"""Upscaling by a super-resolution network, tile by tile."""

from collections.abc import Callable

import numpy as np
import torch
from PIL import Image

from model_layer.images import join_alpha, split_alpha, to_rgb
from model_layer.networks.registry import Network
from model_layer.tensors import to_bytes, to_tensor
from model_layer.tiling import count, tiles

TILE = 256  # pixels of the input, side of a tile without its halo


def apply(
    network: Network,
    image: Image.Image,
    on_progress: Callable[[float], None] = lambda _: None,
    tile: int = TILE,
) -> Image.Image:
    """Enlarge a picture by the network's scale.

    Args:
        network: with a scale, and a halo if it can be tiled.
        image: mode L, LA, RGB or RGBA.
        on_progress: called with a growing share of the work done, 0 to 1.
        tile: longest side of a tile, pixels of the input.

    Returns:
        A picture of the same mode, ``network.scale`` times as wide and high. Tiling does not
        change it.
    """
    colour, alpha = split_alpha(image)
    width, height, scale = colour.width, colour.height, network.scale
    if network.halo is None:
        tile, halo = max(width, height), 0
    else:
        halo = network.halo
    photo = to_rgb(colour)
    result = np.empty((height * scale, width * scale, 3), np.uint8)
    total = count(width, height, tile)
    for done, part in enumerate(tiles(width, height, tile, halo), 1):
        left, top, right, bottom = part.inner
        large = _enlarge(network, photo.crop(part.outer))
        y, x = (top - part.outer[1]) * scale, (left - part.outer[0]) * scale
        rows, columns = (bottom - top) * scale, (right - left) * scale
        result[top * scale : bottom * scale, left * scale : right * scale] = large[
            y : y + rows, x : x + columns
        ]
        on_progress(done / total)
    enlarged = Image.fromarray(result).convert(colour.mode)
    if alpha is not None:
        alpha = alpha.resize(enlarged.size, Image.Resampling.BICUBIC)
    return join_alpha(enlarged, alpha)


def _enlarge(
    network: Network, part: Image.Image
) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    low, high = network.value_range
    device = next(network.module.parameters()).device
    x = to_tensor(part).to(device) * (high - low) + low
    with torch.inference_mode():
        return to_bytes((network.module(x) - low) / (high - low))
