"""The bank of a lit generator: the light of real neon pictures.

``auto`` looks in it for the light that lies most like a photo's own. Neon pictures are of many
colours; the bank takes those from pink over magenta, violet and blue to cyan: people who are shown
photos in red, amber, olive and brown light find them muddy.
"""

import math
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from model_layer.neon import light_map, lights
from model_layer.neon.light_map import CELLS
from training.dataset import open_pictures
from training.neon import made_light

LIGHTS = 128  # of a bank, at most
SIDE = 320  # pixels, long side at which the light of a picture is measured
STRONG = 0.3  # mean length of the light, from which it counts as coloured
VARIED = 0.08  # spread of its hues; 0 is one hue, 1 all of them alike
HUES = math.radians(20), math.radians(160)  # of (R - Y, B - Y): pink to cyan
MOST_FOREIGN = 0.1  # share of the light, and of the shadows, that is of other hues
MOST_CLASH = 0.15  # of what neighbours lose to each other: between opposite hues light is grey
EVEN = 0.4  # 0: light is as long as it was measured, 1: all of a picture's is as long
ALIKE = 0.12  # mean difference of colours below which two lights count as one


def bank(pictures: Iterable[Path], made: int = 0, most: int = LIGHTS) -> tuple[Tensor, Tensor]:
    """Measure the light of neon pictures; keep what is coloured, of several hues, and new.

    Args:
        pictures: files.
        made: where they are ordinary photos, how many lights are made on each and measured.
        most: of the lights, the most varied ones.

    Returns:
        ``layouts`` (N, 64) and ``maps`` (N, 6, 3, 3) of a lit generator.

    Raises:
        EmptyFolderError: no picture can be used.
        ValueError: none has light in several strong colours of neon.
    """
    found = []
    rng = np.random.default_rng(0)
    for picture in open_pictures(pictures, SIDE // 2, colour=True):
        picture.thumbnail((SIDE, SIDE))
        values = np.asarray(picture, np.float32) / 255
        for lit in [made_light(values, rng) for _ in range(made)] or [values]:
            x = torch.from_numpy(lit).permute(2, 0, 1)[None]
            colours = light_map.measure(x, CELLS)
            found.append((float(lights.spread_of_hues(colours)), lights.layout(x), colours))
    found.sort(key=lambda one: -one[0])
    layouts: list[Tensor] = []
    maps: list[Tensor] = []
    for spread, where, colours in found:
        light = colours[:, :2]
        strong = float(light.norm(dim=1).mean()) > STRONG and spread > VARIED
        strange = max(foreign(part) for part in colours.chunk(2, 1))
        fitting = strange <= MOST_FOREIGN and clash(light) <= MOST_CLASH
        if strong and fitting and all(float((light - m[:, :2]).abs().mean()) > ALIKE for m in maps):
            layouts.append(where)
            neon = torch.cat([even(among_hues(part)) for part in colours.chunk(2, 1)], 1)
            maps.append(light_map.tell(neon, torch.ones(1, 2, CELLS, CELLS)))
        if len(maps) == most:
            break
    if not maps:
        raise ValueError(
            "no picture has light in several strong colours from pink over blue to cyan"
        )
    return torch.cat(layouts), torch.cat(maps)


def foreign(light: Tensor) -> float:
    """Share of light (1, 2, h, w) whose hue is not one of neon's."""
    length, hue = light.norm(dim=1), torch.atan2(light[:, 1], light[:, 0]) % math.tau
    is_foreign = (hue < HUES[0]) | (hue > HUES[1])
    return float((length * is_foreign).sum() / length.sum().clamp(min=1e-6))


def among_hues(light: Tensor) -> Tensor:
    """Turn what light (1, 2, h, w) has of other hues to the nearest of neon's; lengths stay."""
    first, last = HUES
    middle = (first + last) / 2
    from_middle = (torch.atan2(light[:, 1:], light[:, :1]) - middle + math.pi) % math.tau - math.pi
    hue = middle + from_middle.clamp(first - middle, last - middle)
    turned: Tensor = light.norm(dim=1, keepdim=True) * torch.cat([hue.cos(), hue.sin()], 1)
    return turned


def even(light: Tensor) -> Tensor:
    """Bring the lengths of light (1, 2, h, w) closer to their mean: grey cells light nothing."""
    length = light.norm(dim=1, keepdim=True).clamp(min=1e-3)
    evened: Tensor = light * (length.mean() / length).pow(EVEN)
    return evened


def clash(light: Tensor) -> float:
    """How much of light (1, 2, h, w) is lost halfway between neighbours: 0 to 1."""
    lost = []
    for axis in (2, 3):
        count = light.shape[axis] - 1
        one, other = light.narrow(axis, 0, count), light.narrow(axis, 1, count)
        sum_of_both = (one.norm(dim=1) + other.norm(dim=1)).clamp(min=1e-6)
        lost.append(1 - (one + other).norm(dim=1) / sum_of_both)
    return float(torch.cat([part.flatten() for part in lost]).mean())
