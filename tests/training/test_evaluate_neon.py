"""Figures for shipped weights, through the command line."""

import csv
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from safetensors.torch import save_file

from model_layer.effects import Neon, Strength
from model_layer.engine import Engine
from model_layer.store.store import ModelStore
from tests.model_layer.command_line import CommandLine, draw
from tests.model_layer.conftest import random_weights
from training import figures
from training.evaluate_neon import evaluate_neon
from training.neon_stages import STAGES


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    for number in range(2):
        draw(tmp_path / f"photos/{number}.png", seed=number)
    draw(tmp_path / "held out/neon.png", seed=9)
    return tmp_path / "photos", tmp_path / "held out"


def test_figures_are_those_of_the_effect(tiny_weights: Path, folders: tuple[Path, Path]) -> None:
    photos, held_out = folders
    engine = Engine(ModelStore.from_folder(tiny_weights), "cpu")
    found = evaluate_neon(engine, [photos], [held_out])
    inputs = [Image.open(photos / f"{n}.png").convert("RGB") for n in range(2)]
    for strength, summary in found.strengths.items():
        pairs = [
            (np.asarray(photo), np.asarray(engine.apply(Neon(strength=strength), photo)))
            for photo in inputs
        ]
        colours = [figures.colourfulness(result) for _, result in pairs]
        details = [figures.detail(photo, result) for photo, result in pairs]
        assert summary.colourfulness == pytest.approx(np.mean(colours))
        assert summary.detail == pytest.approx(np.mean(details))
        assert summary.least_detail == pytest.approx(min(details))
    assert list(found.strengths) == list(Strength)
    assert list(found.stages) == list(STAGES)


def test_difference_is_that_to_the_weaker_strength(
    tiny_weights: Path, folders: tuple[Path, Path]
) -> None:
    photos, held_out = folders
    engine = Engine(ModelStore.from_folder(tiny_weights), "cpu")
    found = evaluate_neon(engine, [photos], [held_out])
    photo = Image.open(photos / "0.png").convert("RGB")
    soft, neon = (
        np.asarray(engine.apply(Neon(strength=s), photo)) for s in (Strength.SOFT, Strength.NEON)
    )
    first, second, _ = (p.difference for p in found.pictures if p.photo == "0.png")
    assert first == pytest.approx(figures.difference(np.asarray(photo), soft))
    assert second == pytest.approx(figures.difference(soft, neon))


def test_tables_sheet_and_csv(cli: CommandLine, folders: tuple[Path, Path]) -> None:
    photos, held_out = map(str, folders)
    files = ("--sheet", "sheet.png", "--card", "card.md", "--csv", "figures.csv")
    assert cli("evaluate-neon", photos, "--val", held_out, *files) == 0
    assert Path("card.md").read_text() == cli.out
    cells = [[cell.strip() for cell in line.split("|")[1:-1]] for line in cli.out.splitlines()]
    assert cells[0] == ["figure", "soft", "neon", "max"]
    names = [row[0] for row in cells if row]
    assert {"palette distance", "hue variety", "ΔE to the next weaker", *STAGES} <= set(names)
    with Path("figures.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 2 * 3
    details = [float(row["detail"]) for row in rows]
    assert details == sorted(details)
    assert {(row["photo"], row["strength"]) for row in rows} == {
        (f"{n}.png", s) for n in range(2) for s in Strength
    }
    with Image.open("sheet.png") as sheet:
        assert sheet.width == 4 * 400  # the photo and three strengths
        labels = np.asarray(sheet.convert("L"))[:28]
        assert all(labels[:, x : x + 100].max() == 255 for x in range(0, 1600, 400))


def test_any_weights_can_be_judged(cli: CommandLine, folders: tuple[Path, Path]) -> None:
    arguments = ("evaluate-neon", folders[0], "--val", folders[1])
    assert cli(*arguments) == 0
    shipped = figures_of(cli.out)
    assert cli(*arguments, "--model", "neon") == 0
    assert figures_of(cli.out) == shipped
    file = Path(cli.weights) / "neon.safetensors"
    cli.weights = "nowhere"
    assert cli(*arguments, "--file", file) == 0
    assert figures_of(cli.out) == shipped
    save_file(
        random_weights("pix2pix", {"features": 2, "resize_levels": 8}, 1), "other.safetensors"
    )
    assert cli(*arguments, "--file", "other.safetensors") == 0
    assert figures_of(cli.out) != shipped


def figures_of(text: str) -> str:
    """The first table: the second holds milliseconds."""
    return text.split("\n\n", maxsplit=1)[0]


def test_weights_that_cannot_be_judged_are_named(
    cli: CommandLine, folders: tuple[Path, Path]
) -> None:
    arguments = ("evaluate-neon", folders[0], "--val", folders[1])
    assert cli(*arguments, "--model", "edsr-x2") == 2
    assert "holds no neon model edsr-x2" in cli.errors[-1]
    file = Path(cli.weights) / "edsr-x2.safetensors"
    assert cli(*arguments, "--file", file) == 2
    assert cli.errors[-1] == f"error: {file}: not the weights of a Pix2Pix generator"


def test_no_development_package_is_needed() -> None:
    code = (
        "import sys; sys.modules['skimage'] = None\nfrom training import evaluate_neon, neon_report"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_broken_photo_is_named(cli: CommandLine, folders: tuple[Path, Path]) -> None:
    (folders[0] / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    assert cli("evaluate-neon", folders[0], "--val", folders[1]) == 2
    assert "broken.png: " in cli.errors[-1]


def test_a_folder_without_pictures(cli: CommandLine) -> None:
    Path("none").mkdir()
    assert cli("evaluate-neon", "none", "--val", "none") == 2
    assert cli.errors == ["error: no pictures in none"]
