"""Figures of upscalers by the protocol of the super-resolution papers.

A sharp picture is cropped to a multiple of the scale, shrunk by MATLAB's antialiased bicubic,
enlarged again by each method, and compared: PSNR and SSIM on Y, border shave = scale. The results
are bytes as people receive them; Y is not rounded.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from tqdm import tqdm

from model_layer.upscaling import bicubic
from model_layer.upscaling.psnr import crop_to_multiple, luma, psnr, psnr_of_luma
from training.contenders import Contender
from training.crispness import FeatureDistance
from training.crop_sheet import Crop, most_different
from training.dataset import ByteArray, find_pictures, read_picture
from training.degradation import recompress
from training.ssim import ssim, ssim_of_luma

BICUBIC = "bicubic"


@dataclass(frozen=True)
class Score:
    """How near a result is to the original."""

    psnr: float
    """dB."""
    ssim: float
    distance: float | None = None
    """As features see it, see :func:`perceptual`."""


@dataclass(frozen=True)
class Judged:
    """What is found out about one picture."""

    name: str
    scores: dict[str, Score]
    """Of bicubic enlargement, then of each contender."""
    papers: Score
    """Of bicubic the way the papers' tables have it."""
    crop: Crop = field(repr=False)


@dataclass(frozen=True)
class Evaluation:
    """What is found out about the contenders for a scale."""

    scale: int
    quality: int | None
    """Of the JPEG that the inputs went through; None: they are clean."""
    pictures: list[Judged]

    def mean(self, name: str) -> Score:
        """Mean over the pictures, of bicubic or a contender."""
        return _mean([picture.scores[name] for picture in self.pictures])

    @property
    def papers(self) -> Score:
        """Mean of bicubic the way the papers' tables have it."""
        return _mean([picture.papers for picture in self.pictures])


def evaluate(
    contenders: Sequence[Contender],
    folders: Iterable[Path],
    scale: int,
    quality: int | None = None,
) -> Evaluation:
    """Judge networks of one scale on sharp pictures.

    Args:
        contenders: the networks; all of this scale.
        folders: of the pictures.
        scale: of the networks.
        quality: send the inputs through JPEG of this quality first, as a messenger does.

    Raises:
        EmptyFolderError: no picture.
        ValueError: a picture is broken or too small; names the file.
    """
    bar = tqdm(find_pictures(folders), desc=f"×{scale}", unit="picture", leave=False)
    return Evaluation(scale, quality, [_judge(contenders, path, scale, quality) for path in bar])


def papers_bicubic(high: ByteArray, scale: int) -> Score:
    """Bicubic as the papers' tables have it: only Y is shrunk and enlarged, and never rounded
    in between; the original's Y and the result's are whole numbers.
    """  # noqa: D205
    y = np.round(luma(high))
    large = bicubic.enlarge(bicubic.shrink(y, scale), scale)
    inner = (slice(scale, -scale),) * 2
    y, large = y[inner], np.clip(np.floor(large[inner] + 0.5), 0, 255)
    return Score(psnr_of_luma(y, large), ssim_of_luma(y, large))


def perceptual(result: ByteArray, high: ByteArray) -> float:
    """Distance from the original as EfficientNet-Lite2 sees it, in thousandths; 0 is the same.

    A measure in the manner of LPIPS (Zhang et al., "The unreasonable effectiveness of deep features
    as a perceptual metric", 2018). No upscaler is trained with this network; those that are
    trained with its sister Lite0 may still please it more than the eye.
    """
    pair = torch.from_numpy(np.stack([result, high])).permute(0, 3, 1, 2).float() / 255
    with torch.inference_mode():
        return 1000 * float(_judge_of_features()(pair[:1], pair[1:]))


@cache
def _judge_of_features() -> FeatureDistance:
    return FeatureDistance()


def _judge(contenders: Sequence[Contender], path: Path, scale: int, quality: int | None) -> Judged:
    high = crop_to_multiple(np.asarray(read_picture(path)), scale)
    low = bicubic.shrink(high, scale)
    if quality is not None:
        low = recompress(low, quality)
    results = {BICUBIC: bicubic.enlarge(low, scale)}
    for contender in contenders:
        results[contender.name] = np.asarray(contender.enlarge(Image.fromarray(low)))
    try:
        scores = {
            name: Score(
                psnr(result, high, scale), ssim(result, high, scale), perceptual(result, high)
            )
            for name, result in results.items()
        }
        papers = papers_bicubic(high, scale)
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from error
    title = f"{path.stem} x{scale}"  # Pillow's own font has no ×
    return Judged(path.name, scores, papers, most_different(title, high, results))


def _mean(scores: Sequence[Score]) -> Score:
    distances = [score.distance for score in scores if score.distance is not None]
    return Score(
        float(np.mean([score.psnr for score in scores])),
        float(np.mean([score.ssim for score in scores])),
        float(np.mean(distances)) if distances else None,
    )
