"""Figures for shipped weights, through the command line."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from model_layer.effects import Upscale
from model_layer.engine import Engine
from model_layer.store import ModelStore
from model_layer.training.evaluate import evaluate_upscaler
from model_layer.training.psnr import psnr, shrink
from tests.model_layer.command_line import CommandLine, draw


def test_neon_figures_and_sheet(cli: CommandLine) -> None:
    for number in range(2):
        draw(Path(f"photos/{number}.png"), seed=number)
    draw(Path("held out/neon.png"), seed=9)
    code = cli("evaluate-neon", "photos", "--judge", "held out", "--sheet", "sheet.png")
    assert code == 0
    figures = dict(line.rsplit(maxsplit=1) for line in cli.out.splitlines())
    assert list(figures) == ["colourfulness", "palette distance", "detail", "hue variety"]
    assert -1 <= float(figures["detail"]) <= 1
    with Image.open("sheet.png") as sheet:
        assert sheet.width == 4 * 400  # the photo and three strengths


def test_the_reference_of_the_upscalers_figures_is_bicubic(
    tiny_weights: Path, tmp_path: Path
) -> None:
    ramp = np.linspace(0, 255, 32).astype(np.uint8)
    high = np.stack([np.add.outer(ramp // 2, ramp // 2)] * 3, -1).astype(np.uint8)
    Image.fromarray(high).save(tmp_path / "a.png")
    engine = Engine(ModelStore.from_folder(tiny_weights), "cpu")
    ((name, bicubic, network),) = evaluate_upscaler(engine, Upscale(2), [tmp_path])
    low = Image.fromarray(shrink(high, 2))
    large = np.asarray(low.resize((32, 32), Image.Resampling.BICUBIC))
    assert name == "a.png"
    assert bicubic == pytest.approx(psnr(large, high, 2))
    assert network < bicubic  # random weights


def test_the_upscalers_table(cli: CommandLine) -> None:
    draw(Path("sharp/a.png"))
    assert cli("evaluate-upscaler", "sharp", "--scale", "3") == 0
    header, first, mean = cli.out.splitlines()
    assert "PSNR" in header
    assert first.split()[1:] == mean.split()[1:]


@pytest.mark.parametrize("command", [["evaluate-upscaler"], ["evaluate-neon", "--judge", "none"]])
def test_a_folder_without_pictures(cli: CommandLine, command: list[str]) -> None:
    Path("none").mkdir()
    assert cli(command[0], "none", *command[1:]) == 2
    assert cli.errors == ["error: no pictures in none"]
