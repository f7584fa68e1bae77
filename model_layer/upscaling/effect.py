"""Upscaling by a super-resolution network, tile by tile."""

from collections.abc import Callable
from itertools import islice

import torch
from PIL import Image

from model_layer.images import join_alpha, split_alpha, to_rgb
from model_layer.networks.heap import keep_freed_memory
from model_layer.networks.network import Network
from model_layer.networks.tensors import to_image, to_tensor
from model_layer.upscaling.tiling import count, tiles
from model_layer.upscaling.transparency import bleed, enlarge_alpha

Enlarge = Callable[[list[Image.Image]], list[Image.Image]]
"""From pictures of mode RGB, of one size, to larger ones."""


class PictureTooLargeError(ValueError):
    """The network has to see the whole picture at once, and that would take too much memory.

    Args:
        width: of the picture, pixels.
        height: of the picture, pixels.
        largest: the limit, pixels in all.
    """

    def __init__(self, width: int, height: int, largest: int) -> None:
        super().__init__(
            f"this network looks at the whole picture at once, up to {largest} pixels; "
            f"{width}×{height} are {width * height}"
        )
        self.width, self.height, self.largest = width, height, largest


def apply(
    network: Network,
    image: Image.Image,
    on_progress: Callable[[float], None] = lambda _: None,
    tile: int | None = None,
) -> Image.Image:
    """Enlarge a picture by the network's scale.

    Args:
        network: with a scale, and an overlap if it can be tiled.
        image: mode L, LA, RGB or RGBA.
        on_progress: called with a growing share of the work done, 0 to 1, after each tile.
        tile: longest side of a tile, pixels of the input; by default the network's own. Means
            nothing to a network that cannot be tiled.

    Returns:
        A picture of the same mode, ``network.scale`` times as wide and high. Tiling changes it by
        rounding only: by one level of 255 in rare pixels. An alpha channel goes through the network
        like the colours, where it is not the same all over a tile.

    Raises:
        PictureTooLargeError: the network cannot be tiled, and the picture has more pixels than a
            square of the network's ``tile``.
    """
    width, height, scale = image.width, image.height, network.scale
    if network.overlap is None:
        if width * height > network.tile**2:
            raise PictureTooLargeError(width, height, network.tile**2)
        tile, overlap = max(width, height), 0
    else:
        tile, overlap = tile or network.tile, network.overlap
    colour, alpha = split_alpha(image)
    if alpha is not None:
        image = join_alpha(bleed(colour, alpha), alpha)
    enlarge, total = _on_pictures(network), count(width, height, tile)
    result = Image.new(image.mode, (width * scale, height * scale))
    parts, done = tiles(width, height, tile, overlap), 0
    while group := list(islice(parts, network.batch)):
        larges = _enlarge([image.crop(part.outer) for part in group], scale, enlarge)
        for part, large in zip(group, larges):
            place = (part.inner[0] * scale, part.inner[1] * scale)
            result.paste(large.crop(part.kept(scale)), place)
        done += len(group)
        on_progress(done / total)
    return result


def _enlarge(images: list[Image.Image], scale: int, enlarge: Enlarge) -> list[Image.Image]:
    """Enlarge pictures of one size and any mode by what enlarges RGB."""
    parts = [split_alpha(image) for image in images]
    larges = enlarge([to_rgb(colour) for colour, _ in parts])

    def one(picture: Image.Image) -> Image.Image:
        return enlarge([picture])[0]

    return [
        join_alpha(
            large if colour.mode == large.mode else large.convert(colour.mode),
            None if alpha is None else enlarge_alpha(alpha, scale, one),
        )
        for (colour, alpha), large in zip(parts, larges)
    ]


def _on_pictures(network: Network) -> Enlarge:
    """Make the network a function from RGB to RGB."""
    forward = network.inference()
    low, high = network.value_range
    device = next(network.module.parameters()).device
    if device.type == "cpu":
        keep_freed_memory()

    def enlarge(pictures: list[Image.Image]) -> list[Image.Image]:
        x = torch.cat([to_tensor(picture) for picture in pictures]).to(device)
        with torch.inference_mode():
            with network.computing():
                y = forward(x if (low, high) == (0, 1) else x * (high - low) + low).float()
            if (low, high) != (0, 1):
                y = (y - low) / (high - low)
            return [to_image(each) for each in torch.split(y, 1)]

    return enlarge
