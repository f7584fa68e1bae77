"""Training pairs for the neon effect, made on the fly from a folder of neon pictures.

The target is a crop of the picture; the input is the grey version of that crop, its tone varied.
A neon night scene is dark and contrasty, an ordinary photo bright and flat: varying the tone of
the input is what teaches the network to relight a photo and not only to tint it.
"""

import io
import logging
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor
from torch.utils.data import Dataset
from tqdm import tqdm

from model_layer.cli.own_pictures import MAX_PIXELS
from model_layer.images import SUFFIXES, ImageError, decode
from training.filters import Defect, Tally, defect
from training.recipe import NeonRecipe

logger = logging.getLogger(__name__)


FloatArray = NDArray[np.float32]
ByteArray = NDArray[np.uint8]


class EmptyFolderError(ValueError):
    """There is no usable picture in the folders given."""


def find_pictures(folders: Iterable[Path]) -> list[Path]:
    """List the pictures in ``folders`` (searched recursively, without hidden files) by name.

    Raises:
        EmptyFolderError: none was found.
    """
    folders = list(folders)
    found = sorted(
        path
        for folder in folders
        for path in folder.rglob("*")
        if path.suffix.lower() in SUFFIXES
        and not path.name.startswith(".")  # among them the "._" files of macOS
        and path.is_file()
    )
    if not found:
        raise EmptyFolderError(f"no pictures in {', '.join(map(str, folders))}")
    return found


def read_picture(path: Path) -> Image.Image:
    """Decode a picture; upright, mode RGB.

    Raises:
        ValueError: it is broken; names the file.
        OSError: it cannot be read.
    """
    try:
        return decode(path.read_bytes(), MAX_PIXELS).image.convert("RGB")
    except ImageError as error:
        raise ValueError(f"{path}: {error}") from error


def open_pictures(
    paths: Iterable[Path], smallest: int, *, colour: bool = False
) -> Iterator[Image.Image]:
    """Decode pictures one by one; what cannot be used is skipped and counted in the log.

    Args:
        paths: the files.
        smallest: pictures with a shorter short side are skipped.
        colour: the pictures are to teach colour, so grey and text-like ones are skipped too.

    Yields:
        Upright pictures of mode RGB.

    Raises:
        EmptyFolderError: every picture was skipped.
    """
    tally = Tally()
    for path in tqdm(list(paths), desc="reading pictures", unit="", leave=False):
        try:
            picture = read_picture(path)
        except (ValueError, OSError):
            tally.skip(path, Defect.BROKEN)
            continue
        why = Defect.TINY if min(picture.size) < smallest else defect(picture) if colour else None
        if why:
            tally.skip(path, why)
            continue
        tally.kept += 1
        yield picture
    if tally.skipped:
        logger.warning("\n  ".join([f"pictures: {tally}", *tally.names()]))
    if not tally.kept:
        raise EmptyFolderError(f"not one picture could be used: {tally}")


def load_pictures(
    paths: Iterable[Path], short_side: int, smallest: int, *, colour: bool = False
) -> list[ByteArray]:
    """Read pictures into memory, shrunk to ``short_side`` pixels; what cannot be used is skipped.

    Args:
        paths: the files.
        short_side: pictures with a longer short side are shrunk to this many pixels.
        smallest: pictures with a shorter short side are skipped.
        colour: skip grey and text-like pictures too.

    Returns:
        Arrays (H, W, 3) of sRGB values.

    Raises:
        EmptyFolderError: every picture was skipped.
    """
    pictures = []
    for picture in open_pictures(paths, smallest, colour=colour):
        factor = min(1.0, short_side / min(picture.size))
        size = (round(picture.width * factor), round(picture.height * factor))
        pictures.append(np.asarray(picture.resize(size, Image.Resampling.LANCZOS)))
    return pictures


def luminance(picture: ByteArray) -> FloatArray:
    """Rec. 601 luma of (H, W, 3) bytes, as (H, W) in 0..1."""
    weights = np.array([0.299, 0.587, 0.114], np.float32) / 255
    return (picture.astype(np.float32) @ weights).astype(np.float32)


def vary_tone(grey: FloatArray, rng: np.random.Generator) -> FloatArray:
    """Make the grey version of a neon picture look like that of some photo.

    Args:
        grey: (H, W) in 0..1.
        rng: source of the variation.

    Returns:
        The same shape and range: partly equalised (flatter), gamma between exp(-0.9) and
        exp(0.35) (mostly brighter), black and white levels lifted or clipped, then noise and
        JPEG artefacts as a messenger adds them.
    """
    if rng.random() < 0.35:
        levels = np.round(grey * 255).astype(np.uint8)
        cumulative = np.cumsum(np.bincount(levels.ravel(), minlength=256)) / levels.size
        blend = rng.uniform(0.0, 0.6)
        equalised = cumulative[levels].astype(np.float32)
        grey = np.float32(1 - blend) * grey + np.float32(blend) * equalised
    grey = np.power(grey, np.exp(rng.uniform(-0.9, 0.35))).astype(np.float32)
    black, white = np.float32(rng.uniform(-0.05, 0.12)), np.float32(rng.uniform(0.85, 1.1))
    grey = np.clip(black + grey * (white - black), 0, 1).astype(np.float32)
    if rng.random() < 0.3:
        noise = rng.normal(0, rng.uniform(0, 0.04), grey.shape).astype(np.float32)
        grey = np.clip(grey + noise, 0, 1).astype(np.float32)
    if rng.random() < 0.3:
        buffer = io.BytesIO()
        Image.fromarray(np.round(grey * 255).astype(np.uint8)).save(
            buffer, "JPEG", quality=int(rng.integers(40, 95))
        )
        grey = np.asarray(Image.open(buffer), np.float32) / np.float32(255)
    return grey.astype(np.float32)


class NeonPairs(Dataset[tuple[Tensor, Tensor]]):
    """An endless stream of (grey input, neon target) pairs, each (3, size, size) in -1..1.

    The pair at an index depends on the seed and the index alone, so that a training run that was
    interrupted goes on with exactly the pairs it would have seen.

    Args:
        pictures: arrays (H, W, 3); the short side of each at least ``smallest_crop``.
        size: height and width of a pair, pixels.
        smallest_crop: the smallest square that is cut out and scaled to ``size``.
        seed: of every random choice.
    """

    def __init__(
        self, pictures: list[ByteArray], size: int = 256, smallest_crop: int = 224, seed: int = 0
    ) -> None:
        self.pictures = pictures
        self.size = size
        self.smallest_crop = smallest_crop
        self.seed = seed

    @classmethod
    def read(cls, folders: Iterable[Path], recipe: NeonRecipe) -> "NeonPairs":
        """Read the pictures in folders (searched recursively) that can teach neon.

        Raises:
            EmptyFolderError: there is none.
        """
        pictures = load_pictures(
            find_pictures(folders), recipe.short_side, recipe.smallest_crop, colour=True
        )
        return cls(pictures, recipe.size, recipe.smallest_crop, recipe.seed)

    def __getitem__(self, index: int) -> tuple[Tensor, Tensor]:
        """Make pair ``index``; any whole number from 0 will do."""
        epoch, place = divmod(index, len(self.pictures))
        order = np.random.default_rng((self.seed, epoch)).permutation(len(self.pictures))
        rng = np.random.default_rng((self.seed, epoch, place))
        target = self._crop(self.pictures[order[place]], rng)
        grey = vary_tone(luminance(target), rng)
        x = torch.from_numpy(grey * 2 - 1).expand(3, -1, -1).contiguous()
        y = torch.from_numpy(target.copy()).permute(2, 0, 1).float() / 127.5 - 1
        return x, y

    def _crop(self, picture: ByteArray, rng: np.random.Generator) -> ByteArray:
        height, width = picture.shape[:2]
        side = int(rng.integers(self.smallest_crop, min(height, width) + 1))
        top = int(rng.integers(0, height - side + 1))
        left = int(rng.integers(0, width - side + 1))
        crop = Image.fromarray(picture[top : top + side, left : left + side])
        if rng.random() < 0.5:
            crop = crop.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
        return np.asarray(crop.resize((self.size, self.size), Image.Resampling.BICUBIC))
