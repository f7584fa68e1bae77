"""Turn what a training of the neon generator wrote into weights that are shipped.

    python -m training.neon_weights runs/neon NEON… --holdout training/holdout.txt --into weights

The newest averaged weights of a run get their bank: the light of real neon pictures, in which
``auto`` looks for the one that lies most like a photo's own. The bank is part of the weights.
"""

import argparse
import logging
from pathlib import Path

import torch
from torch import Tensor

from model_layer.neon import light_map, lights
from model_layer.neon.light_map import CELLS
from model_layer.networks.tensors import to_tensor
from model_layer.store.install import Place
from model_layer.store.packaging import read_weights
from training.dataset import find_pictures, open_pictures

ARCHITECTURE = "lit-pix2pix"
LIGHTS = 128  # of a bank, at most
SIDE = 320  # pixels, long side at which the light of a picture is measured
STRONG = 0.3  # mean length of the light, from which it counts as coloured
VARIED = 0.06  # spread of its hues; 0 is one hue, 1 all of them alike
ALIKE = 0.12  # mean difference of colours below which two lights count as one


def bank(pictures: list[Path], most: int = LIGHTS) -> tuple[Tensor, Tensor]:
    """Measure the light of neon pictures; keep what is coloured, of several hues, and new.

    Returns:
        ``layouts`` (N, 64) and ``maps`` (N, 6, 3, 3) of a lit generator.
    """
    found = []
    for picture in open_pictures(pictures, SIDE // 2, colour=True):
        picture.thumbnail((SIDE, SIDE))
        x = to_tensor(picture)
        colours = light_map.measure(x, CELLS)
        found.append((spread_of_hues(colours), lights.layout(x), colours))
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


def spread_of_hues(colours: Tensor) -> float:
    """How far the light's hues are spread: 0 for one hue, 1 where they cancel out to grey."""
    light = colours[0, :2].flatten(1)
    return 1 - float(light.mean(1).norm() / light.norm(dim=0).mean().clamp(min=1e-6))


def newest(run: Path) -> Path:
    """The newest averaged weights in the folder of a run; a file is what is meant itself."""
    if run.is_file():
        return run
    found = sorted(run.glob("step-*.safetensors"))
    if not found:
        raise ValueError(f"{run}: holds no step-*.safetensors")
    return found[-1]


def export(source: Path, pictures: list[Path], name: str, licence: str, place: Place) -> str:
    """Write the weights, their entry in the manifest, and a card where there is none.

    Returns:
        What was written, one line.
    """
    place.check_free([name])
    layouts, maps = bank(pictures)
    weights = {**read_weights(source), "layouts": layouts, "maps": maps}
    parameters = {"features": len(weights["initial_down.0.weight"]), "lights": len(maps)}
    card = (
        f"# {name}\n\nLights photos as asked: {ARCHITECTURE}, from {source.name}, with a bank of "
        f"{len(maps)} lights of {len(pictures)} pictures.\n\n## Licence\n\n{licence}\n"
    )
    model = place.take(
        name, weights, card, effect="neon", architecture=ARCHITECTURE, parameters=parameters,
        licence=licence, keep_card=True,
    )  # fmt: skip
    return f"{model.file}: {model.bytes / 1e6:.1f} MB, {len(maps)} lights, from {source}"


def main() -> None:
    """Parse the command line and export."""
    parser = argparse.ArgumentParser(prog="python -m training.neon_weights")
    parser.add_argument("run", type=Path, help="folder of a run, or one of its step-*.safetensors")
    parser.add_argument("neon", type=Path, nargs="+", metavar="DIR", help="pictures of the bank")
    parser.add_argument("--holdout", type=Path, required=True, metavar="FILE",
                        help="list of pictures that no bank may have")  # fmt: skip
    parser.add_argument("--name", default="neon")
    parser.add_argument("--licence", default="see neon.md", help="of the weights")
    parser.add_argument("--into", type=Path, default=Path("weights"), metavar="DIR")
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    held_out = {Path(line).name for line in options.holdout.read_text().splitlines()}
    pictures = [p for p in find_pictures(options.neon) if p.name not in held_out]
    place = Place(options.into, half=True, default=True, replace=True)
    print(export(newest(options.run), pictures, options.name, options.licence, place))  # noqa: T201


if __name__ == "__main__":
    main()
