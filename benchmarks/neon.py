"""The benchmark of the neon effect: where the milliseconds go, and how many are the generator's.

From the bytes of a JPEG to the bytes of a JPEG, weights loaded. Beside each run the generator's
own forward pass is timed at the same working size, so that both see the machine as it is at that
moment.
"""

import argparse
import statistics
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from PIL import Image
from skimage import data as photos

from model_layer import Engine, ModelStore, Neon, Strength
from model_layer.cli.own_pictures import MAX_PIXELS
from model_layer.images import decode, encode, to_rgb
from model_layer.neon import effect as neon
from model_layer.networks.registry import Network
from training.neon_stages import MESSENGER_QUALITY, STAGES, timed

PHOTO_SIZE = (1280, 960)


def forward_pass(network: Network, image: Image.Image) -> float:
    """Return the seconds of the generator alone, at a picture's working size."""
    working = neon.working_picture(to_rgb(image))
    told = neon.asked(network, working, Neon())
    start = time.perf_counter()
    neon.generate(network, working, told)
    return time.perf_counter() - start


@dataclass(frozen=True)
class Measurement:
    """Medians over several runs, seconds."""

    stages: dict[str, float]
    total: float
    generator: float
    """The forward pass alone."""
    ratio: float
    """Of each run's total to the forward pass timed beside it."""


def measure(network: Network, data: bytes, strength: Strength, repeats: int) -> Measurement:
    """Measure the effect and the generator in turn, after one time that does not count.

    Args:
        network: a generator on the CPU.
        data: a JPEG.
        strength: of the effect.
        repeats: how many runs.
    """
    image = decode(data, MAX_PIXELS).image
    splits, passes = [], []
    for _ in range(repeats + 1):
        splits.append(timed(network, data, Neon(strength=strength))[1])
        passes.append(forward_pass(network, image))
    del splits[0], passes[0]
    return Measurement(
        {name: statistics.median(split.stages[name] for split in splits) for name in STAGES},
        statistics.median(split.total for split in splits),
        statistics.median(passes),
        statistics.median(s.total / alone for s, alone in zip(splits, passes)),
    )


def load_network(store: ModelStore) -> Network:
    """Load the neon generator on the CPU, as the engine does."""
    engine = Engine(store, "cpu")
    engine.apply(Neon(), Image.new("RGB", (64, 64)))
    return store.load(Neon())


def test_photo() -> bytes:
    """A photo of 1280×960 as a JPEG."""
    image = Image.fromarray(photos.coffee()).resize(PHOTO_SIZE, Image.Resampling.BICUBIC)
    return encode(image, "JPEG", MESSENGER_QUALITY)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.neon", description=__doc__)
    parser.add_argument("--photo", type=Path, metavar="FILE",
                        help="a JPEG (default: scikit-image's coffee at 1280×960)")  # fmt: skip
    parser.add_argument("--weights", default=Path(__file__).parent.parent / "weights", type=Path,
                        metavar="DIR", help="folder with manifest.json")  # fmt: skip
    parser.add_argument("--strength", type=Strength, nargs="+", choices=list(Strength),
                        default=list(Strength), metavar="HOW", help="default: all")  # fmt: skip
    parser.add_argument("--threads", type=int, default=2, metavar="N", help="default: 2")
    parser.add_argument("--repeats", type=int, default=15, metavar="N", help="default: 15")
    options = parser.parse_args(arguments)
    torch.set_num_threads(options.threads)
    network = load_network(ModelStore.open(options.weights))
    data = options.photo.read_bytes() if options.photo else test_photo()
    width, height = decode(data, MAX_PIXELS).image.size
    found = {s: measure(network, data, s, options.repeats) for s in options.strength}
    print(f"{width}×{height}, {options.threads} threads, medians of {options.repeats} runs, ms")
    print(" " * 18 + "".join(f"{strength:>8}" for strength in found))
    for name in STAGES:
        print(f"{name:<18}" + "".join(f"{m.stages[name] * 1e3:8.1f}" for m in found.values()))
    print(f"{'total':<18}" + "".join(f"{m.total * 1e3:8.1f}" for m in found.values()))
    print(f"{'generator alone':<18}" + "".join(f"{m.generator * 1e3:8.1f}" for m in found.values()))
    print(f"{'total : generator':<18}" + "".join(f"{m.ratio:8.2f}" for m in found.values()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
