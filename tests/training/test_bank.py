"""The bank of lights that ``auto`` looks in."""

import math
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from training.bank import bank, clash, foreign

ROSE, MAGENTA, BLUE, TEAL, GREEN, AMBER = (20, 45, 97, 165, 225, 300)
"""Hues of (R - Y, B - Y), degrees."""


def light(*columns: float) -> torch.Tensor:
    """Light (1, 2, 3, columns) of the same length everywhere, a hue for each column."""
    hues = torch.deg2rad(torch.tensor(columns)).expand(1, 3, -1)
    return 0.5 * torch.stack([hues.cos(), hues.sin()], 1)


def picture(path: Path, *colours: tuple[int, int, int]) -> None:
    row = np.array([colours], np.uint8).repeat(2, 0)
    Image.fromarray(row).resize((240, 240), Image.Resampling.BICUBIC).save(path)


@pytest.mark.parametrize(
    ("hues", "share"),
    [((ROSE, BLUE, TEAL), 0), ((MAGENTA, AMBER, BLUE), 1 / 3), ((GREEN, AMBER, 350.0), 1)],
)
def test_green_amber_and_red_are_foreign(hues: tuple[float, ...], share: float) -> None:
    assert foreign(light(*hues)) == pytest.approx(share)


def test_opposite_hues_clash_and_near_ones_do_not() -> None:
    across = 1 - math.cos(math.radians(26))
    assert clash(light(BLUE, BLUE, BLUE)) == pytest.approx(0, abs=1e-6)
    assert clash(light(MAGENTA, BLUE, MAGENTA)) == pytest.approx(across / 2, rel=0.01)
    assert clash(light(MAGENTA, MAGENTA + 180)) > 0.35


def test_only_neons_own_colours_come_into_the_bank(tmp_path: Path) -> None:
    picture(tmp_path / "neon.png", (255, 40, 200), (60, 60, 255), (30, 200, 255))
    picture(tmp_path / "autumn.png", (255, 140, 30), (120, 160, 20), (200, 60, 10))
    layouts, maps = bank(sorted(tmp_path.iterdir()))
    assert len(layouts) == len(maps) == 1
    assert foreign(maps[:, :2]) < 0.1
    (tmp_path / "neon.png").unlink()
    with pytest.raises(ValueError, match="from rose to blue to teal"):
        bank(sorted(tmp_path.iterdir()))
