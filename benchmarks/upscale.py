"""The benchmark of upscaling on a CPU: seconds, and operations a second, in one run.

The machine's rate is that of a product of matrices in float32 on the same threads. It is taken
twice, because the libraries beneath torch differ much on some processors: with ``torch.mm``, and
as a linear layer of oneDNN, the library that does the convolutions.

A network's rate counts the operations of its convolutions for each pixel of the photo once; those
of overlapping tiles are not counted. The other rate, of what is really done, is printed beside it.

The networks have random weights, which take as long as any, and take turns, so that what else the
machine does meets both alike.
"""

import argparse
import copy
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import partial
from multiprocessing import get_context

import numpy as np
import torch
from PIL import Image
from skimage import data as photos
from torch import nn
from torch.utils import mkldnn
from torch.utils.flop_counter import FlopCounterMode

from model_layer.effects import SCALES
from model_layer.networks.registry import Network, build
from model_layer.networks.tensors import to_bytes, to_tensor
from model_layer.store.packaging import operations_per_pixel
from model_layer.upscaling import effect as upscale

PHOTO_SIZE = (1280, 960)
CROP_SIZE = (640, 480)
MATRIX_SIDE = 2048
TILES = (128, 192, 256, 320, 384, 512, 1280)


def seconds(work: Callable[[], object], warm_ups: int, repeats: int) -> list[float]:
    """Return how long some work took, each time, after some times that do not count."""
    for _ in range(warm_ups):
        work()
    found = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        found.append(time.perf_counter() - start)
    return found


def matrix_product_rates(repeats: int) -> dict[str, float]:
    """Measure a product of two square matrices in two ways; operations a second, the best."""
    side = MATRIX_SIDE
    left, right = torch.rand(side, side), torch.rand(side, side)
    linear = mkldnn.to_mkldnn(nn.Linear(side, side).eval())  # type: ignore[no-untyped-call]
    blocked = left.to_mkldnn()
    ways: dict[str, Callable[[], object]] = {
        "torch.mm": lambda: torch.mm(left, right),
        "oneDNN": lambda: linear(blocked),
    }
    return {name: 2 * side**3 / min(seconds(way, 1, 5 * repeats)) for name, way in ways.items()}


def photo() -> Image.Image:
    """Return the photo that is enlarged."""
    return Image.fromarray(photos.coffee()).resize(PHOTO_SIZE, Image.Resampling.BICUBIC)


def one_stride(scale: int) -> Network:
    """Build the default upscaler."""
    return _ready(build("one-stride", {"scale": scale}))


def edsr_small(scale: int) -> Network:
    """Build the upscaler that was the default before: 8 blocks of 32 features."""
    return _ready(build("edsr", {"scale": scale, "n_resblocks": 8, "n_feats": 32}))


def edsr_base() -> Network:
    """Build the published edsr-base (16 blocks of 64 features) at ×2."""
    network = build("edsr", {"scale": 2, "n_resblocks": 16, "n_feats": 64})
    network.module.eval()
    return network


def _ready(network: Network) -> Network:
    network.module.eval().to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    return network


def take_turns(works: Sequence[Callable[[], object]], repeats: int) -> list[list[float]]:
    """Return how long several works took, each in turn, after one turn that does not count."""
    rounds = [[seconds(work, 0, 1)[0] for work in works] for _ in range(repeats + 1)]
    return [list(times) for times in zip(*rounds[1:])]


def time_eager(network: Network, picture: Image.Image, *, recording: bool = False) -> float:
    """Time a network as it is, in one go: float32, torch's usual order of memory.

    Args:
        network: to be timed.
        picture: what it enlarges.
        recording: keep what gradients would need, as in super-image's own example.
    """
    x = to_tensor(picture).contiguous()
    start = time.perf_counter()
    with torch.inference_mode(not recording):
        network.module(x)
    return time.perf_counter() - start


def time_base(size: tuple[int, int], threads: int, *, recording: bool) -> float:
    """Time edsr-base on a part of the photo, in a fresh process.

    This one has changed how memory is given back (:mod:`model_layer.networks.heap`), which
    would help it.
    """
    work = partial(_time_base, size, threads, recording=recording)
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as fresh:
        return fresh.submit(work).result()


def _time_base(size: tuple[int, int], threads: int, *, recording: bool) -> float:
    torch.set_num_threads(threads)
    return time_eager(edsr_base(), photo().crop((0, 0, *size)), recording=recording)


def compare_scale(scale: int, picture: Image.Image, repeats: int, rates: dict[str, float]) -> float:
    """Print how fast the default upscaler is beside the one before, from picture to picture.

    Args:
        scale: of both.
        picture: what they enlarge.
        repeats: turns; the best counts.
        rates: of the machine, by the library's name; better ones are taken over.

    Returns:
        Seconds of the default.
    """
    ours, before = one_stride(scale), edsr_small(scale)
    works = [partial(upscale.apply, network, picture) for network in (ours, before)]
    times, times_before = take_turns(works, repeats)
    for name, again in matrix_product_rates(repeats).items():
        rates[name] = max(rates[name], again)
    taken = min(times)
    rate = operations_per_pixel(ours) * picture.width * picture.height / taken
    ratio = min(times_before) / taken
    print(
        f"one-stride ×{scale}: {taken:.2f} s (median {statistics.median(times):.2f}), "
        f"{rate / 1e9:.0f} GFLOP/s of its convolutions; edsr-small {min(times_before):.2f} s, "
        f"{ratio:.2f} times as long"
    )
    done = operations_done(ours, picture) / taken
    print(f"  really done, overlaps counted: {done / 1e9:.0f} GFLOP/s")
    for name, of in rates.items():
        print(f"  {rate / of:.0%} of {MATRIX_SIDE}² float32 by {name}, {of / 1e9:.0f} GFLOP/s")
    return taken


def operations_done(network: Network, picture: Image.Image) -> int:
    """Count the operations that enlarging a picture really takes, overlaps and all."""
    plain = replace(network, accelerate=None)  # fused convolutions would not be counted
    with FlopCounterMode(display=False) as counter:
        upscale.apply(plain, picture)
    return int(counter.get_total_flops())


def compare_variants(network: Network, picture: Image.Image, repeats: int) -> None:
    """Print what each of the choices is worth."""

    def show(name: str, work: Callable[[], object]) -> None:
        times = seconds(work, 1, repeats)
        print(f"  {name:<44} {min(times):6.2f} s (median {statistics.median(times):.2f})")

    last = replace(network, accelerate=None)
    x = to_tensor(picture)
    with torch.inference_mode():
        show("whole, as super-image does it", lambda: network.module(x.contiguous()))
        show("whole, channels last", lambda: network.module(x))
    show(f"tiles of {network.tile}, channels last", lambda: upscale.apply(last, picture))
    for side in TILES:
        chosen = ", the choice" if side == network.tile else ""
        name = f"tiles of {side}, arranged for inference{chosen}"
        show(name, lambda side=side: upscale.apply(network, picture, tile=side))  # type: ignore[misc]


def compare_bfloat16(network: Network, picture: Image.Image, repeats: int) -> None:
    """Print what half the precision would give, and what it would cost."""
    half = replace(network, module=copy.deepcopy(network.module).bfloat16())
    x = to_tensor(picture.crop((0, 0, network.tile, network.tile)))
    full, fast = network.inference(), half.inference()
    exact, rounded = to_bytes(full(x)), to_bytes(fast(x.bfloat16()).float())
    difference = np.abs(exact.astype(np.int16) - rounded)
    slow, quick = take_turns([lambda: full(x), lambda: fast(x.bfloat16())], repeats)
    gain = min(slow) / min(quick)
    print(
        f"  bfloat16 (not used): {gain:.1f} times as fast, but {(difference > 0).mean():.0%} of "
        f"the values differ, by up to {difference.max()} of 255"
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.upscale", description=__doc__)
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument(
        "--whole",
        action="store_true",
        help="edsr-base on the whole photo (a minute and 14 GB), not on a quarter of it",
    )
    parser.add_argument("--variants", action="store_true", help="compare tiles and precisions too")
    options = parser.parse_args(arguments)
    torch.set_num_threads(options.threads)
    picture, repeats = photo(), options.repeats
    print(f"{options.threads} threads, torch {torch.__version__}, {PHOTO_SIZE[0]}×{PHOTO_SIZE[1]}")
    rates = matrix_product_rates(repeats)
    times = {scale: compare_scale(scale, picture, repeats, rates) for scale in SCALES}

    size = PHOTO_SIZE if options.whole else CROP_SIZE
    factor = PHOTO_SIZE[0] * PHOTO_SIZE[1] / (size[0] * size[1])
    how = "" if options.whole else f", {factor:.0f} times a crop of {size[0]}×{size[1]}"
    for recording in (False, True):
        eager = time_base(size, options.threads, recording=recording) * factor
        kind = "as in super-image's example" if recording else "without gradients"
        print(f"edsr-base, eager, in one go, {kind}: {eager:.1f} s{how}")
        print(f"  one-stride ×2 is {eager / times[2]:.1f} times as fast")
    if options.variants:
        network = one_stride(2)
        print(f"one-stride ×2, {repeats} times each:")
        compare_variants(network, picture, repeats)
        compare_bfloat16(network, picture, repeats)
    return 0


if __name__ == "__main__":
    sys.exit(main())
