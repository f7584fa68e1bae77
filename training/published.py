"""Figures that were published for super-image's networks, to stand beside ours.

From the table in super-image's README (https://github.com/eugenesiow/super-image), which repeats
the model cards at https://huggingface.co/eugenesiow: Set5, PSNR (dB) and SSIM on Y, border shave =
scale, trained on the 800 photos of DIV2K for 1000 epochs.

For ×3 that table is about 0.6 dB above what the networks' own papers state, which hints at another
protocol. So the papers' figures of EDSR (https://arxiv.org/abs/1707.02921) and CARN
(https://arxiv.org/abs/1803.08664) are given too.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePath

SOURCE = "https://github.com/eugenesiow/super-image#pre-trained-models"
SET5 = frozenset({"baby", "bird", "butterfly", "head", "woman"})


@dataclass(frozen=True)
class Published:
    """A line of the table."""

    name: str
    weights: str
    """Number of weights, as published: rounded, and that of the whole family."""
    psnr: float
    ssim: float


_PAPERS = {
    2: (
        Published("edsr, its paper", "41 M", 38.11, 0.9601),
        Published("carn, its paper", "1.6 M", 37.76, 0.9590),
    ),
    3: (
        Published("edsr, its paper", "44 M", 34.65, 0.9282),
        Published("carn, its paper", "1.6 M", 34.29, 0.9255),
    ),
    4: (
        Published("edsr, its paper", "43 M", 32.46, 0.8968),
        Published("carn, its paper", "1.6 M", 32.13, 0.8937),
    ),
}
_FIGURES = {
    2: (
        Published("edsr", "41 M", 38.19, 0.9612),
        Published("msrn", "5.9 M", 38.08, 0.9609),
        Published("mdsr", "2.7 M", 38.04, 0.9608),
        Published("edsr-base", "1.5 M", 38.02, 0.9607),
        Published("awsrn-bam", "1.4 M", 37.99, 0.9606),
        Published("carn", "1.6 M", 37.89, 0.9602),
        Published("a2n", "1.0 M", 37.87, 0.9602),
        Published("pan", "260 k", 37.77, 0.9599),
    ),
    3: (
        Published("edsr", "44 M", 35.31, 0.9421),
        Published("msrn", "6.1 M", 35.12, 0.9409),
        Published("mdsr", "2.9 M", 35.11, 0.9406),
        Published("awsrn-bam", "1.5 M", 35.05, 0.9403),
        Published("edsr-base", "1.5 M", 35.01, 0.9402),
        Published("carn", "1.6 M", 34.88, 0.9391),
        Published("a2n", "1.0 M", 34.80, 0.9387),
        Published("pan", "260 k", 34.64, 0.9376),
    ),
    4: (
        Published("edsr", "43 M", 32.50, 0.8986),
        Published("mdsr", "2.8 M", 32.26, 0.8953),
        Published("msrn", "6.1 M", 32.19, 0.8951),
        Published("awsrn-bam", "1.6 M", 32.13, 0.8947),
        Published("edsr-base", "1.5 M", 32.12, 0.8947),
        Published("a2n", "1.0 M", 32.07, 0.8933),
        Published("carn", "1.6 M", 32.05, 0.8931),
        Published("pan", "270 k", 31.92, 0.8915),
    ),
}


def is_set5(names: Iterable[str]) -> bool:
    """Whether files are, by their names, the five pictures of Set5 (``baby_GT.png``, …)."""
    stems = [PurePath(name).stem.lower().split("_")[0] for name in names]
    return len(stems) == len(SET5) and set(stems) == SET5


def on_set5(scale: int) -> tuple[Published, ...]:
    """What super-image published for a scale, best first."""
    return _FIGURES.get(scale, ())


def papers_on_set5(scale: int) -> tuple[Published, ...]:
    """What the networks' own papers state for a scale, best first."""
    return _PAPERS.get(scale, ())
