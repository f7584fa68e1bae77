"""How good a neon generator is while it trains: the shipped effect on photos never trained on."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from model_layer.effects import Neon
from model_layer.neon import effect as neon
from model_layer.networks.pix2pix import Generator
from model_layer.networks.registry import generator_network
from training import figures
from training.contact_sheet import fitted, grid
from training.dataset import ByteArray, load_pictures, luminance

VIVID = (60.0, 90.0)
"""Colourfulness of a good result, mean over the photos."""
SHARP = 0.97
"""Detail of a good result, at least."""
VARIED = 0.6
"""Share of results with varied hues, at least."""
SIDE = 512
"""Pixels, of the photos that are judged: more than the effect works at, as photos have."""
CELL = 256  # pixels, side of a picture on a sheet


def score(found: dict[str, float]) -> float:
    """Sum up the figures in one, by which the best checkpoint is chosen; lower is better.

    The palette distance (units of Lab), plus what the others fall short of their ranges:
    0.2 for each unit of colourfulness outside :data:`VIVID`, 1 for each hundredth of detail under
    :data:`SHARP`, 1 for each tenth of hue variety under :data:`VARIED`.
    """
    low, high = VIVID
    colour = found["colourfulness"]
    return (
        found["palette"]
        + 0.2 * max(low - colour, colour - high, 0)
        + 100 * max(SHARP - found["detail"], 0)
        + 10 * max(VARIED - found["hue variety"], 0)
    )


@dataclass(frozen=True)
class Assessment:
    """What :meth:`Jury.assess` finds."""

    figures: dict[str, float]
    """Means over the photos, and their :func:`score`."""
    results: list[ByteArray]
    """Of the effect, a picture for each photo."""
    sheet: Image.Image
    """Rows of photos, the generator's own answers, results of the effect."""


class Jury:
    """Judges generators by ordinary photos and held-out neon pictures.

    Args:
        photos: files of ordinary photos.
        held_out: files of neon pictures that are not trained on.
        side: photos are cut and scaled to squares of this many pixels, a multiple of 256.
        count: photos that are judged.

    Raises:
        EmptyFolderError: no file of a kind can be used.
        ValueError: ``side`` is no multiple of 256.
    """

    def __init__(
        self, photos: list[Path], held_out: list[Path], side: int = SIDE, count: int = 16
    ) -> None:
        if side < Generator.stride or side % Generator.stride:
            raise ValueError(f"size {side} is not a multiple of {Generator.stride}")
        self.photos = samples(photos, count, side)
        self.palette = figures.palette(samples(held_out, 20, 256))

    def assess(self, generator: Generator) -> Assessment:
        """Run the shipped effect, at its usual strength, on every photo."""
        answers = [recolour(generator, photo) for photo in self.photos]
        network = generator_network(generator)
        results = [
            np.asarray(neon.apply(network, Image.fromarray(photo), Neon())) for photo in self.photos
        ]
        pairs = list(zip(self.photos, results))
        found = {
            "colourfulness": float(np.mean([figures.colourfulness(r) for r in results])),
            "palette": figures.palette_distance(figures.palette(results), self.palette),
            "detail": float(np.mean([figures.detail(photo, r) for photo, r in pairs])),
            "hue variety": float(np.mean([figures.has_varied_hues(r) for r in results])),
        }
        rows = []
        for first in range(0, len(self.photos), 8):
            rows += [
                [fitted(picture, CELL) for picture in kind[first : first + 8]]
                for kind in (self.photos, answers, results)
            ]
        return Assessment({**found, "score": score(found)}, results, grid(rows))


def recolour(generator: torch.nn.Module, picture: ByteArray) -> ByteArray:
    """Run the generator on the grey version of (H, W, 3); H and W multiples of its stride."""
    device = next(generator.parameters()).device
    grey = torch.from_numpy(luminance(picture) * 2 - 1).expand(1, 3, -1, -1).to(device)
    with torch.inference_mode():
        out = generator(grey)[0].clamp(-1, 1)
    result: ByteArray = ((out.permute(1, 2, 0) + 1) * 127.5).round().byte().cpu().numpy()
    return result


def samples(paths: list[Path], count: int, side: int) -> list[ByteArray]:
    """Central squares of up to ``count`` pictures, evenly chosen, ``side`` pixels wide.

    Raises:
        EmptyFolderError: none of them can be used.
    """
    chosen = [paths[i] for i in np.linspace(0, len(paths) - 1, min(count, len(paths))).astype(int)]
    squares = []
    for picture in load_pictures(chosen, side, 1):
        image = Image.fromarray(picture)
        cut = min(image.size)
        left, top = (image.width - cut) // 2, (image.height - cut) // 2
        square = image.crop((left, top, left + cut, top + cut))
        squares.append(np.asarray(square.resize((side, side), Image.Resampling.BICUBIC)))
    return squares
