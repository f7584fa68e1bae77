"""Which pictures teach the neon network nothing, or the wrong thing.

A grey picture has no colour to learn; a screenshot or a poster full of text teaches letters; a
tiny or broken picture cannot be used at all. The thresholds were set on real neon pictures, which
stay well clear of them, and on drawn pages.
"""

from collections import defaultdict
from enum import StrEnum
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

GREY_BELOW = 12.0
"""Chroma (levels of CbCr, 0 to 180) of the most colourful twentieth of a picture. Neon pictures
have over 20 there, black-and-white and faintly toned photos under 8."""
TEXT_SHARE = 0.28
"""Share of blocks that look like lines of letters. Pages have over 0.32; neon pictures under 0.24,
cities of small bright windows included."""

_SIDE = 512  # pixels, short side at which text is looked for
_BLOCK = 16  # pixels, about the height of a letter
_NAMED = 3  # skipped files of a kind that are named


class Defect(StrEnum):
    """Why a picture is skipped."""

    GREY = "grey"
    TEXT = "text-like"
    TINY = "tiny"
    BROKEN = "broken"


def defect(picture: Image.Image) -> Defect | None:
    """Say why a picture (mode RGB) is no use as a target in colour; None when it is."""
    if is_grey(picture):
        return Defect.GREY
    if text_share(picture) > TEXT_SHARE:
        return Defect.TEXT
    return None


def is_grey(picture: Image.Image) -> bool:
    """Whether hardly any part of a picture (mode RGB) has a colour."""
    small = picture.resize((64, 64), Image.Resampling.BOX).convert("YCbCr")
    cb, cr = np.asarray(small, np.float32).transpose(2, 0, 1)[1:] - 128
    return bool(np.percentile(np.hypot(cb, cr), 95) < GREY_BELOW)


def text_share(picture: Image.Image) -> float:
    """Share of a picture's blocks that hold text, 0 to 1.

    A block counts when much of it is one tone (the paper), some of it stands out strongly (the
    ink), and one crosses from paper to ink and back as often as strokes make one do.
    """
    blocks = _blocks(picture)
    if not len(blocks):
        return 0.0
    paper = _commonest_tone(blocks)[:, None, None]
    distance = np.abs(blocks - paper)
    darker, brighter = blocks < paper - 40, blocks > paper + 40
    inked_darker = (darker.sum((1, 2)) > brighter.sum((1, 2)))[:, None, None]
    ink = np.where(inked_darker, darker, brighter)
    across, down = (
        np.abs(np.diff(ink.astype(np.int8), axis=axis)).sum(axis).mean(1) for axis in (2, 1)
    )
    is_text = (
        ((distance <= 12).mean((1, 2)) > 0.4)
        & ((distance >= 56).mean((1, 2)) > 0.08)
        & (across >= 1.5)
        & (down >= 1.0)
    )
    return float(is_text.mean())


def _commonest_tone(blocks: NDArray[np.int16]) -> NDArray[np.intp]:
    """The middle of the 16 neighbouring levels that most pixels of each block have."""
    eighths = blocks.reshape(len(blocks), -1) // 8
    places = eighths + 33 * np.arange(len(blocks))[:, None]  # the 33rd stays empty
    counts = np.bincount(places.ravel(), minlength=33 * len(blocks)).reshape(-1, 33)
    middle: NDArray[np.intp] = (counts[:, :-1] + counts[:, 1:]).argmax(1) * 8 + 8
    return middle


def _blocks(picture: Image.Image) -> NDArray[np.int16]:
    """The luma of a picture at a common size, cut into squares: (count, side, side)."""
    factor = min(1.0, _SIDE / min(picture.size))
    size = max(1, round(picture.width * factor)), max(1, round(picture.height * factor))
    luma = np.asarray(picture.convert("L").resize(size, Image.Resampling.LANCZOS), np.int16)
    rows, columns = luma.shape[0] // _BLOCK, luma.shape[1] // _BLOCK
    cut = luma[: rows * _BLOCK, : columns * _BLOCK].reshape(rows, _BLOCK, columns, _BLOCK)
    return cut.transpose(0, 2, 1, 3).reshape(-1, _BLOCK, _BLOCK)


class Tally:
    """Counts what was kept and what was skipped, by kind."""

    def __init__(self) -> None:
        self.kept = 0
        self.skipped: dict[Defect, list[Path]] = defaultdict(list)

    def skip(self, path: Path, why: Defect) -> None:
        """Note a skipped picture."""
        self.skipped[why].append(path)

    def __str__(self) -> str:
        """One line: kept 342 of 360: 9 grey, 4 text-like, 3 tiny, 2 broken."""
        total = self.kept + sum(map(len, self.skipped.values()))
        kinds = [f"{len(self.skipped[why])} {why}" for why in Defect if why in self.skipped]
        return f"kept {self.kept} of {total}" + (f": {', '.join(kinds)}" if kinds else "")

    def names(self) -> list[str]:
        """A line for each kind of skipped pictures, with the first few by name."""
        lines = []
        for why, paths in self.skipped.items():
            more = f" and {len(paths) - _NAMED} more" if len(paths) > _NAMED else ""
            lines.append(f"{why}: {', '.join(str(path) for path in paths[:_NAMED])}{more}")
        return lines
