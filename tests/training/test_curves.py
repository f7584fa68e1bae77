"""Curves of trainings."""

import math

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from training.curves import HEIGHT, WIDTH, draw

BLUE, ORANGE, MARK = (0x1F, 0x5F, 0xBF), (0xE0, 0x7B, 0x00), (0xD0, 0x20, 0x90)


def where(picture: Image.Image, colour: tuple[int, int, int]) -> NDArray[np.intp]:
    """Rows and columns of the pixels of a colour."""
    return np.stack(np.nonzero((np.asarray(picture) == colour).all(-1)))


def history(*values: float, name: str = "l1") -> list[dict[str, float]]:
    return [{"step": 10.0 * (place + 1), name: value} for place, value in enumerate(values)]


def test_a_line_rises_with_its_values() -> None:
    y, x = where(draw({"run": history(1, 2, 3)}), BLUE)
    assert np.corrcoef(x, y)[0, 1] < -0.99  # rows count downwards
    assert x.max() - x.min() > WIDTH / 2
    assert y.max() - y.min() > HEIGHT / 2


def test_there_is_a_panel_for_each_figure() -> None:
    lines = [{"step": s, **dict.fromkeys("abcd", s * 2.0)} for s in (1.0, 2.0)]
    sheet = draw({"run": lines})
    assert sheet.size == (3 * WIDTH, 2 * HEIGHT)
    y, x = where(sheet, BLUE)
    panels = {(int(row), int(column)) for row, column in zip(y // HEIGHT, x // WIDTH)}
    assert panels == {(0, 0), (0, 1), (0, 2), (1, 0)}


def test_the_best_step_is_marked() -> None:
    assert where(draw({"run": history(3, 1, 2)}), MARK).size == 0
    _, x = where(draw({"run": history(3, 1, 2)}, best="l1"), MARK)
    _, line = where(draw({"run": history(3, 1, 2)}), BLUE)
    assert x.mean() == pytest.approx((line.min() + line.max()) / 2, abs=2)


def test_several_runs_share_a_panel_under_a_legend() -> None:
    sheet = draw({"a": history(1, 2), "b": history(2, 3)})
    assert sheet.height > HEIGHT
    legend = sheet.height - HEIGHT
    high, low = (where(sheet.crop((0, legend, *sheet.size)), c)[0].mean() for c in (ORANGE, BLUE))
    assert high < low


def test_what_was_not_taken_leaves_a_gap_and_no_error() -> None:
    drawn = draw({"run": [*history(1, 2), {"step": 30.0, "l1": math.nan}], "other": []})
    assert where(drawn, BLUE).size
    assert draw({"run": history(math.nan)}).size == (3 * WIDTH, HEIGHT)
    assert draw({"run": []}).size == (3 * WIDTH, HEIGHT)
    assert where(draw({"run": history(5)}, best="l1"), MARK).size  # one point is a mark at least
