"""Curves of trainings."""

import math

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from training.curves import draw

BLUE, ORANGE = (0x1F, 0x77, 0xB4), (0xFF, 0x7F, 0x0E)


def where(picture: Image.Image, colour: tuple[int, int, int]) -> NDArray[np.intp]:
    """Rows and columns of the pixels of a colour."""
    return np.stack(np.nonzero((np.asarray(picture) == colour).all(-1)))


def history(*values: float, name: str = "l1") -> list[dict[str, float]]:
    return [{"step": 10.0 * (place + 1), name: value} for place, value in enumerate(values)]


def test_a_line_rises_with_its_values() -> None:
    sheet = draw({"run": history(1, 2, 3)})
    y, x = where(sheet, BLUE)
    assert np.corrcoef(x, y)[0, 1] < -0.99  # rows count downwards
    assert x.max() - x.min() > sheet.width / 6


def test_there_is_a_panel_for_each_figure() -> None:
    lines = [{"step": s, **dict.fromkeys("abcd", s * 2.0)} for s in (1.0, 2.0)]
    sheet = draw({"run": lines})
    assert sheet.height == 2 * draw({"run": history(1, 2)}).height
    y, x = where(sheet, BLUE)
    width, height = sheet.width / 3, sheet.height / 2
    panels = {(int(row), int(column)) for row, column in zip(y // height, x // width)}
    assert panels == {(0, 0), (0, 1), (0, 2), (1, 0)}


def test_several_runs_share_a_panel_under_a_legend() -> None:
    sheet = draw({"a": history(1, 2), "b": history(5, 6)})
    lower, higher = (where(sheet, colour)[0] for colour in (BLUE, ORANGE))
    assert np.median(lower) > np.median(higher)
    assert lower.min() < sheet.height / 8  # in the legend


def test_what_was_not_taken_leaves_a_gap_and_no_error() -> None:
    drawn = draw({"run": [*history(1, 2), {"step": 30.0, "l1": math.nan}], "other": []})
    assert where(drawn, BLUE).size
    assert where(draw({"run": history(math.nan)}), BLUE).size == 0
    assert draw({"run": []}).width == draw({"run": history(5)}).width
