"""The bank of a lit generator: the light of real neon pictures.

``auto`` looks in it for the light that lies most like a photo's own.
"""

from collections.abc import Iterable
from pathlib import Path

import torch
from torch import Tensor

from model_layer.neon import light_map, lights
from model_layer.neon.light_map import CELLS
from model_layer.networks.tensors import to_tensor
from training.dataset import open_pictures

LIGHTS = 128  # of a bank, at most
SIDE = 320  # pixels, long side at which the light of a picture is measured
STRONG = 0.3  # mean length of the light, from which it counts as coloured
VARIED = 0.06  # spread of its hues; 0 is one hue, 1 all of them alike
ALIKE = 0.12  # mean difference of colours below which two lights count as one


def bank(pictures: Iterable[Path], most: int = LIGHTS) -> tuple[Tensor, Tensor]:
    """Measure the light of neon pictures; keep what is coloured, of several hues, and new.

    Returns:
        ``layouts`` (N, 64) and ``maps`` (N, 6, 3, 3) of a lit generator.

    Raises:
        EmptyFolderError: no picture can be used.
        ValueError: none has light in several strong colours.
    """
    found = []
    for picture in open_pictures(pictures, SIDE // 2, colour=True):
        picture.thumbnail((SIDE, SIDE))
        x = to_tensor(picture)
        colours = light_map.measure(x, CELLS)
        found.append((float(lights.spread_of_hues(colours)), lights.layout(x), colours))
    found.sort(key=lambda one: -one[0])
    layouts: list[Tensor] = []
    maps: list[Tensor] = []
    for spread, where, colours in found:
        light = colours[:, :2]
        strong = float(light.norm(dim=1).mean()) > STRONG and spread > VARIED
        if strong and all(float((light - m[:, :2]).abs().mean()) > ALIKE for m in maps):
            layouts.append(where)
            maps.append(light_map.tell(colours, torch.ones(1, 2, CELLS, CELLS)))
        if len(maps) == most:
            break
    if not maps:
        raise ValueError("no picture has light in several strong colours")
    return torch.cat(layouts), torch.cat(maps)
