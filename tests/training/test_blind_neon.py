"""Blind sheets of lit photos."""

import json
from pathlib import Path

import pytest
import torch

from model_layer.networks.registry import build
from model_layer.store import packaging
from tests.model_layer.command_line import CommandLine, draw


@pytest.fixture
def folders(tmp_path: Path) -> list[Path]:
    made = []
    for seed, name in enumerate(("old", "new")):
        torch.manual_seed(seed)
        parameters = {"features": 4, "lights": 2}
        weights = build("lit-pix2pix", parameters).module.state_dict()
        packaging.add(
            tmp_path / name, "neon", weights, effect="neon", architecture="lit-pix2pix",
            parameters=parameters, licence="CC0-1.0",
        )  # fmt: skip
        made.append(tmp_path / name)
    return made


def test_every_photo_becomes_a_row_of_both(
    folders: list[Path], tmp_path: Path, cli: CommandLine
) -> None:
    photos = [draw(tmp_path / f"{name}.png") for name in "abc"]
    holdout = tmp_path / "holdout.txt"
    holdout.write_text("a.png\nb.png\n")
    options = ["--holdout", holdout, "--more", photos[2], "--lights", "auto", "miami"]
    weights = ["--weights", *folders]
    assert cli("blind-neon", tmp_path, *weights, *options, "-o", tmp_path / "sheets") == 0
    key = json.loads((tmp_path / "sheets/key.json").read_text())
    assert [order.pop("title").split(",")[0] for order in key.values()] == list("abc")
    assert [sorted(order.values()) for order in key.values()] == [sorted(map(str, folders))] * 3
    assert (tmp_path / "sheets/sheet-01.png").exists()


def test_one_folder_is_no_comparison(folders: list[Path], tmp_path: Path, cli: CommandLine) -> None:
    twice = ["--weights", folders[0], folders[0]]
    assert cli("blind-neon", tmp_path, *twice, "-o", tmp_path / "sheets") == 2
    assert "two different folders" in cli.errors[-1]


def test_results_of_another_program_compete(
    folders: list[Path], tmp_path: Path, cli: CommandLine
) -> None:
    draw(tmp_path / "a.png")
    results = tmp_path / "results"
    results.mkdir()
    holdout = tmp_path / "holdout.txt"
    holdout.write_text("a.png\n")
    asked = ["blind-neon", tmp_path, "--weights", folders[0], "--results", results]
    asked += ["--holdout", holdout, "-o", tmp_path / "sheets"]
    assert cli(*asked) == 2
    assert "holds no result of a" in cli.errors[-1]
    draw(results / "a-neon.png")
    assert cli(*asked) == 0
    (order,) = json.loads((tmp_path / "sheets/key.json").read_text()).values()
    assert set(order.values()) == {"a, auto neon", str(folders[0]), str(results)}
