"""The bank of lights that ``auto`` looks in."""

import math
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from training.bank import HUES, among_hues, bank, clash, even, foreign

PINK, MAGENTA, BLUE, CYAN, GREEN, AMBER = (25, 45, 97, 157, 225, 300)
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
    [((PINK, BLUE, CYAN), 0), ((MAGENTA, AMBER, BLUE), 1 / 3), ((GREEN, AMBER, 350.0), 1)],
)
def test_green_amber_and_red_are_foreign(hues: tuple[float, ...], share: float) -> None:
    assert foreign(light(*hues)) == pytest.approx(share)


def test_opposite_hues_clash_and_near_ones_do_not() -> None:
    across = 1 - math.cos(math.radians(26))
    assert clash(light(BLUE, BLUE, BLUE)) == pytest.approx(0, abs=1e-6)
    assert clash(light(MAGENTA, BLUE, MAGENTA)) == pytest.approx(across / 2, rel=0.01)
    assert clash(light(MAGENTA, MAGENTA + 180)) > 0.35


def degrees(light: torch.Tensor) -> list[float]:
    return torch.rad2deg(torch.atan2(light[0, 1, 0], light[0, 0, 0])).tolist()


def test_the_few_foreign_cells_are_turned_to_the_nearest_hue_of_neon() -> None:
    """One cell of olive in a violet light made a yellow patch."""
    first, last = map(math.degrees, HUES)
    asked = light(BLUE, AMBER, GREEN)
    made = among_hues(asked)
    assert degrees(made) == pytest.approx([BLUE, first, last], abs=0.01)
    assert torch.allclose(made.norm(dim=1), asked.norm(dim=1))


def test_grey_cells_are_lit_too() -> None:
    asked = light(PINK, BLUE, CYAN) * torch.tensor([0.2, 1.0, 1.8])
    made = even(asked)
    assert degrees(made) == pytest.approx(degrees(asked), abs=0.01)
    lengths = made.norm(dim=1)[0, 0]
    assert 0.1 < float(lengths[0]) < float(lengths[1]) < float(lengths[2]) < 0.9


def test_lights_are_made_on_photos_where_there_are_no_neon_pictures(tmp_path: Path) -> None:
    rng = np.random.default_rng(3)
    for name in "abc":
        grey = rng.integers(40, 180, (4, 4, 1))
        warm = (grey + np.array([40, 20, 0])).astype(np.uint8)
        photo = Image.fromarray(warm).resize((170, 170), Image.Resampling.BICUBIC)
        photo.save(tmp_path / f"{name}.png")
    photos = sorted(tmp_path.iterdir())
    with pytest.raises(ValueError, match="no picture has light"):
        bank(photos)
    layouts, maps = bank(photos, made=50)
    assert len(layouts) == len(maps) > 0
    assert max(foreign(part) for part in (maps[:, :2], maps[:, 2:4])) < 1e-6
    again = bank(photos, made=50)
    assert torch.equal(maps, again[1])


def test_only_neons_own_colours_come_into_the_bank(tmp_path: Path) -> None:
    picture(tmp_path / "neon.png", (255, 40, 200), (60, 60, 255), (30, 200, 255))
    picture(tmp_path / "autumn.png", (255, 140, 30), (120, 160, 20), (200, 60, 10))
    layouts, maps = bank(sorted(tmp_path.iterdir()))
    assert len(layouts) == len(maps) == 1
    assert foreign(maps[:, :2]) < 0.1
    (tmp_path / "neon.png").unlink()
    with pytest.raises(ValueError, match="from pink over blue to cyan"):
        bank(sorted(tmp_path.iterdir()))
