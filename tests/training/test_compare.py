"""Runs side by side."""

from pathlib import Path

import pytest
import torch
from PIL import Image

from model_layer.networks.pix2pix import Generator, initialise
from tests.model_layer.command_line import CommandLine, pixels
from tests.training.pictures import save
from training.compare import common_steps, differences, load, steps_of
from training.loop import save_weights
from training.recipe import NeonRecipe, settle


def make_run(folder: Path, steps: list[int], resize_levels: int = 0) -> Path:
    """A run's folder with untrained weights."""
    settle(NeonRecipe(features=2, resize_levels=resize_levels), folder)
    for step in steps:
        torch.manual_seed(step)
        network = Generator(2, resize_levels=resize_levels)
        initialise(network)
        save_weights(network, folder / f"step-{step:06d}.safetensors")
    return folder


def test_steps_that_all_runs_have_evenly_chosen(tmp_path: Path) -> None:
    for name, steps in (("a", range(0, 100, 10)), ("b", range(0, 120, 20))):
        (tmp_path / name).mkdir()
        for step in steps:
            (tmp_path / name / f"step-{step:06d}.safetensors").touch()
    (tmp_path / "a" / "best.safetensors").touch()
    runs = [tmp_path / "a", tmp_path / "b"]
    assert common_steps(runs) == [0, 20, 60, 80]
    assert common_steps(runs, most=9) == [0, 20, 40, 60, 80]
    (tmp_path / "c").mkdir()
    with pytest.raises(ValueError, match="no step in common"):
        common_steps([*runs, tmp_path / "c"])


def test_the_choices_that_differ_are_named(tmp_path: Path) -> None:
    settle(NeonRecipe(l1=60), tmp_path / "a")
    settle(NeonRecipe(l1=100, steps=9), tmp_path / "b")
    runs = [tmp_path / "a", tmp_path / "b"]
    assert differences(runs) == ["steps: 6000 | 9", "l1: 60 | 100"]
    (tmp_path / "old").mkdir()
    assert "features: 32 | not known" in differences([tmp_path / "a", tmp_path / "old"])


def test_weights_that_are_not_there(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="has no weights of step 7"):
        load(tmp_path, 7)


def test_the_command_prints_a_table_and_draws_a_sheet(cli: CommandLine) -> None:
    save(Path("photos"), (100, 80), (80, 100), (60, 60))
    save(Path("neon"), (80, 80))
    one, other = make_run(Path("one"), [5, 9]), make_run(Path("other"), [9], resize_levels=8)
    judges = ["--photos", "photos", "--val", "neon"]
    assert cli("compare-neon", one, other, *judges, "-o", "sheet.png") == 0
    choices, header, *lines = cli.out.splitlines()
    assert choices == "resize levels: 0 | 8"
    assert header.split() == ["run", "step", "colourfulness", "palette", "detail", "hue", "variety",
                              "score", "grid", "2", "grid", "32"]  # fmt: skip
    assert [line.split()[:2] for line in lines] == [["one", "9"], ["other", "9"]]
    assert lines[0].split()[2:] != lines[1].split()[2:]
    assert pixels(Path("sheet.png")).shape == (3 * 256, 3 * 256, 3)
    assert cli("compare-neon", one, other, *judges, "--steps", 5) == 2
    assert cli.errors[-1] == "error: other has no weights of step 5"


def test_a_folder_that_is_not_there_is_named_first(cli: CommandLine) -> None:
    run = make_run(Path("run"), [1])
    assert cli("compare-neon", run, "gone", "--photos", "none", "--val", "none") == 2
    assert cli.errors == ["error: gone: no such folder"]


def test_steps_that_are_asked_for_are_taken_in_order(tmp_path: Path) -> None:
    run = make_run(tmp_path, [1, 2, 3])
    assert steps_of([run], [3, 1, 3]) == [1, 3]
    assert steps_of([run]) == [1, 2, 3]


def test_photos_are_judged_at_a_size_that_fits_the_network(cli: CommandLine) -> None:
    run, photos = make_run(Path("run"), [1]), save(Path("photos"), (64, 64))
    assert cli("compare-neon", run, "--photos", photos, "--val", photos, "--size", 300) == 2
    assert cli.errors[-1] == "error: size 300 is not a multiple of 256"


def test_the_command_says_what_is_damaged(cli: CommandLine) -> None:
    Path("run").mkdir()
    Path("run/step-000001.safetensors").write_text("hello")
    Image.new("RGB", (64, 64), "magenta").save("a.png")
    assert cli("compare-neon", "run", "--photos", ".", "--val", ".") == 2
    assert "not a safetensors file" in cli.errors[-1]
