"""The whole, with the real networks: the demo's conversation from photo to picture."""

from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from playground import demo
from tests.training.pictures import ByteArray
from training.figures import colourfulness


@pytest.fixture(scope="module")
def table_and_output(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """What the demo prints, and the folder with its pictures."""
    output = tmp_path_factory.mktemp("out")
    with redirect_stdout(StringIO()) as printed:
        assert demo.main(["--output", str(output)]) == 0
    return printed.getvalue(), output


@pytest.fixture
def output(table_and_output: tuple[str, Path]) -> Path:
    return table_and_output[1]


def test_the_demo_brings_every_picture_back(table_and_output: tuple[str, Path]) -> None:
    table, output = table_and_output
    assert "451×300" in table
    assert "902×600" in table
    names = {path.name for path in output.iterdir()}
    assert "chelsea-upscale-2-crisp-after.png" in names
    assert len(names) == 3 * len(demo.SCENES)


def test_neon_is_colourful_and_keeps_its_light(output: Path) -> None:
    for scene in ("astronaut-neon-neon", "coffee-neon-neon"):
        before, after = (
            np.asarray(Image.open(next(output.glob(f"{scene}-{when}.*"))).convert("RGB"))
            for when in ("before", "after")
        )
        assert before.shape == after.shape
        assert 0.7 < luma(after) / luma(before) < 1.15
        assert colourfulness(after) > 45


def luma(picture: ByteArray) -> float:
    """Mean brightness, 0..255."""
    return float(np.asarray(Image.fromarray(picture).convert("L")).mean())


def test_neon_is_blue_rather_than_yellow(output: Path) -> None:
    """A coffee cup on a wooden table is orange; in neon light it must not be."""
    before, after = (
        np.asarray(Image.open(output / f"coffee-neon-neon-{when}.png").convert("RGB"), np.float64)
        for when in ("before", "after")
    )
    assert before[..., 2].mean() < before[..., 0].mean()
    assert after[..., 2].mean() > after[..., 0].mean()
