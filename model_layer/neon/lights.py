"""From the light that was asked for to what the generator is told."""

import torch
from PIL import Image
from torch import Tensor
from torch.nn import functional as nnf

from model_layer.effects import next_of
from model_layer.images import to_rgb
from model_layer.neon import light_map
from model_layer.networks.network import Bank
from model_layer.networks.tensors import chroma, luma, to_tensor
from model_layer.rigs import Grid, rigs

LAYOUT = 8  # cells along each side of a layout
VARIETY = 1.0  # what several hues count for in a light of the bank, against its likeness
ANOTHER = 0.3  # mean difference of colours from which two lights of the bank count as different
MEASURED_SIDE = 320  # pixels, long side at which a picture's light is measured
MEASURED = 0.85  # mean length of light that was measured in a picture, before a strength
STRETCHED = 3.0  # times, at most, that it is made longer or shorter to have it
LAMP = 1.0  # length of a rig's lamps before a strength makes it its own
SHADE = 0.8  # length of the colours of its shadows


def told(light: str, photo: Tensor, bank: Bank) -> Tensor:
    """Resolve a light, for a photo.

    Args:
        light: see :class:`model_layer.effects.Neon`; valid.
        photo: (1, 3, H, W) in 0..1.
        bank: of the network.

    Returns:
        What is told, (1, 6, 3, 3), at its full length.
    """
    if (number := next_of(light)) is not None:
        return _of_picture(search(photo, bank, number))
    if rig := rigs().get(light):
        return _of_rig(rig.light, rig.shadows)
    return _of_picture(light_map.decode(light))


def code_of(picture: Image.Image) -> str:
    """The light of a picture, of any mode, as a light that can be asked for."""
    small = to_rgb(picture)
    small.thumbnail((MEASURED_SIDE, MEASURED_SIDE))
    colours = light_map.measure(to_tensor(small), light_map.CELLS)
    return light_map.encode(light_map.tell(colours, torch.ones(1, 2, *colours.shape[2:])))


def layout(pictures: Tensor) -> Tensor:
    """Where the light lies, whatever its colour: (N, 64) of (N, 3, H, W)."""
    cells = nnf.adaptive_avg_pool2d(luma(pictures), LAYOUT).flatten(1)
    return (cells - cells.mean(1, keepdim=True)) / (cells.std(1, keepdim=True) + 1e-3)


def search(photo: Tensor, bank: Bank, number: int) -> Tensor:
    """Find the light of the bank that lies most like the photo's own; both ways round count.

    Args:
        photo: (1, 3, H, W) in 0..1.
        bank: to look in.
        number: how many of the lights found, each unlike those before it, to pass over; when
            there are no more, they begin again.

    Returns:
        (1, 6, 3, 3); nothing is told where the bank is empty.
    """
    if not len(bank.maps):
        return photo.new_zeros(1, 6, light_map.CELLS, light_map.CELLS)
    mirrored = bank.layouts.view(-1, LAYOUT, LAYOUT).flip(2).flatten(1)
    likeness = torch.cat([bank.layouts, mirrored]) @ layout(photo)[0] / LAYOUT**2
    every = torch.cat([bank.maps, bank.maps.flip(3)])
    # Hues count where the photo is bright: in what stays black nobody sees them.
    seen = nnf.adaptive_avg_pool2d(luma(photo).square(), light_map.CELLS)
    likeness = likeness + VARIETY * spread_of_hues(every, seen)
    found: list[Tensor] = []
    for place in likeness.argsort(descending=True, stable=True).tolist():
        one = every[place : place + 1]
        if all(float((one - other)[:, :2].abs().mean()) > ANOTHER for other in found):
            found.append(one)
        if len(found) > number:
            return one
    return found[number % len(found)]


def spread_of_hues(colours: Tensor, seen: Tensor | float = 1.0) -> Tensor:
    """How far hues of light are spread: 0 one hue, 1 where they cancel out.

    Args:
        colours: (N, 4 or 6, h, w), of the light first.
        seen: what each cell counts for, (1, 1, h, w).
    """
    light = (colours[:, :2] * seen).flatten(2)
    mean = light.norm(dim=1).mean(1).clamp(min=1e-6)
    spread: Tensor = 1 - light.mean(2).norm(dim=1) / mean
    return spread


def _of_picture(told: Tensor) -> Tensor:
    """Bring measured light to a common length: how much there is, is the strength's matter."""
    colours, known = torch.split(told, [4, 2], 1)
    lengths = colours[:, :2].norm(dim=1, keepdim=True)
    mean = lengths.sum() / known[:, :1].sum().clamp(min=1)
    factor = (MEASURED / mean.clamp(min=1e-6)).clamp(1 / STRETCHED, STRETCHED)
    return torch.cat([colours * factor, known], 1)


def _of_rig(light: Grid, shadows: Grid) -> Tensor:
    colours, known = zip(_lamps(light, LAMP), _lamps(shadows, SHADE))
    return torch.cat([*colours, *known], 1)


def _lamps(grid: Grid, length: float) -> tuple[Tensor, Tensor]:
    """Colours (1, 2, h, w) of one length, and which are known, (1, 1, h, w)."""
    lit = torch.tensor([[cell or (0, 0, 0) for cell in row] for row in grid])
    lit = lit.permute(2, 0, 1)[None].float()
    colours = chroma(lit)
    known = torch.tensor([[float(cell is not None) for cell in row] for row in grid])[None, None]
    return nnf.normalize(colours) * length * known, known
