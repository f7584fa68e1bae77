"""Reading the pictures of folders, to train with and to judge by."""

import logging
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from tqdm import tqdm

from model_layer.cli.own_pictures import MAX_PIXELS
from model_layer.images import SUFFIXES, ImageError, decode
from training.filters import Defect, Tally, defect

logger = logging.getLogger(__name__)


FloatArray = NDArray[np.float32]
ByteArray = NDArray[np.uint8]

HOLDOUT = Path(__file__).parent / "holdout.txt"


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


def held_out(holdout: Path) -> list[str]:
    """Read a list of pictures that only judge: paths inside the data folder.

    Raises:
        ValueError: it names none.
    """
    lines = (line.strip() for line in holdout.read_text(encoding="utf-8").splitlines())
    names = [line for line in lines if line and not line.startswith("#")]
    if not names:
        raise ValueError(f"{holdout}: names no picture")
    return names


def training_pictures(folders: Iterable[Path], holdout: Path = HOLDOUT) -> list[Path]:
    """List the pictures in folders that may be trained on; those held out are left out by name.

    Raises:
        EmptyFolderError: a folder holds no picture.
        ValueError: the list is empty, or all pictures of a folder are held out.
    """
    names = {Path(name).name for name in held_out(holdout)}
    kept: list[Path] = []
    for folder in folders:
        found = find_pictures([folder])
        usable = [path for path in found if path.name not in names]
        if not usable:
            raise ValueError(f"all pictures in {folder} are held out by {holdout}: they only judge")
        held = len(found) - len(usable)
        logger.info("%s: %d pictures, %d more held out", folder, len(usable), held)
        kept += usable
    return kept


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
