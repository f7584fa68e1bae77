"""Whole runs of the neon training, with networks and pictures that take seconds."""

import csv
import logging
import multiprocessing
import os
import shutil
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import load_file
from torch import Tensor

from model_layer.networks.pix2pix import Generator
from model_layer.networks.registry import build, load_strictly
from model_layer.store.packaging import read_metadata
from tests.model_layer.command_line import CommandLine
from tests.training.pictures import save
from training import recipe as recipes
from training import train_neon
from training.dataset import EmptyFolderError
from training.loop import CheckpointError, DivergedError
from training.neon_run import NeonTraining, Start
from training.processes import Processes
from training.recipe import NeonRecipe
from training.tensorboard_log import TensorBoardLog
from training.train_neon import LOSSES, report, train, train_step
from training.validation import Assessment, Jury

RECIPE = NeonRecipe(
    features=4, discriminator_features=4, resize_levels=5, batch=1, steps=3, every=100, ema=0.9,
    discriminator_every=2, l1_end=30.0, chroma=10.0, dark_chroma=5.0,
)  # fmt: skip
LAST = "step-000003.safetensors"
ALONE = Processes(torch.device("cpu"))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folders of pictures: neon, photos, judge."""
    root = tmp_path_factory.mktemp("pictures")
    save(root / "neon", (256, 240), (300, 256), (230, 230))
    (root / "neon" / "broken.jpg").write_bytes(b"\xff\xd8\xff")
    Image.new("RGB", (256, 256), "grey").save(root / "neon" / "grey.png")
    save(root / "photos", (100, 60), (60, 100))
    save(root / "judge", (80, 80))
    return root


def run(folder: Path, out: Path, recipe: NeonRecipe = RECIPE, start: Start | None = None) -> None:
    train([folder / "neon"], [folder / "photos"], [folder / "judge"], out, recipe, start=start)


def lines(out: Path) -> list[dict[str, str]]:
    """What a run's log says."""
    with (out / "log.csv").open(newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def finished(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a run that was never interrupted."""
    out = tmp_path_factory.mktemp("runs") / "uninterrupted"
    run(folder, out)
    return out


def interrupt_at(step: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Press Ctrl-C in the midst of a step: every process of the terminal is told."""
    real = train_neon.train_step

    def interrupted(training: NeonTraining, *arguments: object) -> object:
        if training.step + 1 == step:
            for child in multiprocessing.active_children():
                assert child.pid is not None
                os.kill(child.pid, signal.SIGINT)
            signal.raise_signal(signal.SIGINT)
        return real(training, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(train_neon, "train_step", interrupted)


def test_a_run_leaves_weights_samples_and_a_log(finished: Path) -> None:
    names = {path.name for path in finished.iterdir()} - {"tensorboard"}
    assert names == {"best.safetensors", "checkpoint.pt", "curves.png", "log.csv", "recipe.json",
                     "step-000003.png", LAST}  # fmt: skip
    with Image.open(finished / "step-000003.png") as sheet:
        assert sheet.size == (2 * 256, 3 * 256)  # two photos, their answers, their results
    (line,) = lines(finished)
    assert line["step"] == "3"
    expected = {*LOSSES, "colourfulness", "palette", "detail", "hue variety", "score"}
    assert set(line) == {"step", *expected}
    assert all(np.isfinite(float(line[name])) for name in expected)
    assert (finished / "best.safetensors").read_bytes() == (finished / LAST).read_bytes()


def test_photos_are_judged_alike_whatever_a_run_trains_on(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sides: list[int] = []

    class SpiedJury(Jury):
        def assess(self, generator: Generator) -> Assessment:
            sides.extend(len(photo) for photo in self.photos)
            return super().assess(generator)

    monkeypatch.setattr(train_neon, "Jury", SpiedJury)
    run(folder, tmp_path, replace(RECIPE, steps=1))
    assert sides == [512, 512]


def test_the_weights_say_how_they_were_trained(finished: Path) -> None:
    for name in ("best.safetensors", LAST):
        assert NeonRecipe.from_json(read_metadata(finished / name)["recipe"]) == RECIPE


def test_a_run_that_was_killed_before_its_first_checkpoint_may_be_begun_otherwise(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(train_neon, "train_step", killed)
        with pytest.raises(KeyboardInterrupt):
            run(folder, tmp_path)
    assert not (tmp_path / "checkpoint.pt").exists()
    run(folder, tmp_path, replace(RECIPE, steps=1, l1=7.0))
    assert recipes.read(tmp_path)["l1"] == 7.0


def test_the_averaged_weights_fit_the_registrys_network(finished: Path) -> None:
    weights = load_file(finished / LAST)
    load_strictly(build("pix2pix", {"features": 4, "resize_levels": 5}).module, weights)
    state = torch.load(finished / "checkpoint.pt", weights_only=True)
    assert all(torch.equal(weights[key], state["averaged"][key]) for key in weights)
    assert any(not torch.equal(weights[key], state["generator"][key]) for key in weights)


def test_training_changes_both_networks(finished: Path) -> None:
    state = torch.load(finished / "checkpoint.pt", weights_only=True)
    fresh = NeonTraining(RECIPE, ALONE)
    for name in ("generator", "discriminator"):
        for key, before in getattr(fresh, name).named_parameters():
            assert not torch.equal(before, state[name][key]), f"{name}.{key} was not trained"


def test_an_interrupted_run_ends_as_an_uninterrupted_one(
    folder: Path, finished: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = signal.getsignal(signal.SIGINT)
    with monkeypatch.context() as patch:
        interrupt_at(2, patch)
        run(folder, tmp_path)
    assert signal.getsignal(signal.SIGINT) is before
    assert torch.load(tmp_path / "checkpoint.pt", weights_only=True)["step"] == 2
    assert (tmp_path / "step-000002.safetensors").exists()
    assert not (tmp_path / LAST).exists()

    torch.manual_seed(99)  # whatever happens in between
    run(folder, tmp_path)
    assert (tmp_path / LAST).read_bytes() == (finished / LAST).read_bytes()
    ended, uninterrupted = (
        torch.load(out / "checkpoint.pt", weights_only=True) for out in (tmp_path, finished)
    )
    for name in ("generator", "discriminator"):
        assert all(torch.equal(v, uninterrupted[name][k]) for k, v in ended[name].items())
    assert [line["step"] for line in lines(tmp_path)] == ["2", "3"]


def test_a_finished_run_stays_as_it_is(
    folder: Path, finished: Path, caplog: pytest.LogCaptureFixture
) -> None:
    before = {path: path.stat().st_mtime_ns for path in finished.rglob("*")}
    with caplog.at_level(logging.INFO):
        run(folder, finished)
    assert "is finished" in caplog.text
    assert {path: path.stat().st_mtime_ns for path in finished.rglob("*")} == before


@pytest.mark.parametrize(
    ("choice", "said"),
    [
        ({"features": 8}, r"checkpoint\.pt: its generator does not fit"),
        ({"l1": 7.0}, r"a run with l1 60\.0, not 7\.0"),
    ],
)
def test_a_run_goes_on_only_with_its_own_choices(
    folder: Path, finished: Path, tmp_path: Path, choice: dict[str, Any], said: str
) -> None:
    shutil.copytree(finished, tmp_path / "run")
    with pytest.raises(ValueError, match=said):
        run(folder, tmp_path / "run", replace(RECIPE, steps=4, **choice))


def test_a_finished_run_can_become_longer(folder: Path, finished: Path, tmp_path: Path) -> None:
    shutil.copytree(finished, tmp_path / "run")
    run(folder, tmp_path / "run", replace(RECIPE, steps=4))
    assert [line["step"] for line in lines(tmp_path / "run")] == ["3", "4"]


def test_a_diverged_training_stops_and_keeps_its_checkpoint(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = train_neon.train_step

    def spoiled(training: NeonTraining, recipe: NeonRecipe, x: Tensor, y: Tensor) -> Tensor:
        return real(training, recipe, x * float("nan") if training.step == 1 else x, y)

    monkeypatch.setattr(train_neon, "train_step", spoiled)
    with pytest.raises(DivergedError, match="diverged before step 2; try a lower learning rate"):
        run(folder, tmp_path, replace(RECIPE, every=1))
    state = torch.load(tmp_path / "checkpoint.pt", weights_only=True)
    assert state["step"] == 1
    assert all(value.isfinite().all() for value in state["generator"].values())
    assert not (tmp_path / "step-000002.safetensors").exists()


@pytest.mark.parametrize("name", ["neon", "photos", "judge"])
def test_a_folder_without_pictures_is_named(folder: Path, tmp_path: Path, name: str) -> None:
    folders = {key: [folder / key] for key in ("neon", "photos", "judge")}
    empty = tmp_path / "nothing"
    empty.mkdir()
    folders[name] = [empty]
    with pytest.raises(EmptyFolderError, match="nothing"):
        train(folders["neon"], folders["photos"], folders["judge"], tmp_path / "run", RECIPE)


class ScriptedJury:
    """Gives scores as written."""

    def __init__(self, *scores: float) -> None:
        self.scores = list(scores)

    def assess(self, _generator: object) -> Assessment:
        figures = {"palette": 5.0, "score": self.scores.pop(0)}
        return Assessment(figures, [], Image.new("RGB", (4, 4)))


def test_the_best_weights_are_those_with_the_lowest_score(tmp_path: Path) -> None:
    training = NeonTraining(RECIPE, ALONE)
    jury = ScriptedJury(9, 5, 7)
    with TensorBoardLog(tmp_path, on=False) as board:
        for step in (1, 2, 3):
            training.step = step
            next(training.averaged.parameters()).fill_(step)
            report(training, tmp_path, {"l1": 0.5}, jury, board)  # type: ignore[arg-type]
    best = (tmp_path / "best.safetensors").read_bytes()
    assert best == (tmp_path / "step-000002.safetensors").read_bytes()
    assert training.best == 5
    training.save(tmp_path / "checkpoint.pt")
    other = NeonTraining(RECIPE, ALONE)
    other.load(tmp_path / "checkpoint.pt")
    assert (other.best, other.history) == (5, training.history)


def test_fine_tuning_begins_with_given_weights(
    folder: Path, finished: Path, tmp_path: Path
) -> None:
    recipe = replace(RECIPE, size=512, fine_tune=True, ema=0.999)
    training = NeonTraining(recipe, ALONE)
    start = Start(finished / LAST, finished / "checkpoint.pt")
    training.begin_with(start)
    given, state = load_file(finished / LAST), torch.load(finished / "checkpoint.pt")
    for network in (training.generator, training.averaged):
        assert all(torch.equal(v, given[k]) for k, v in network.state_dict().items())
    discriminator = training.discriminator.state_dict()
    assert all(torch.equal(v, state["discriminator"][k]) for k, v in discriminator.items())
    x = torch.rand(1, 3, 512, 512) * 2 - 1
    train_step(training, recipe, x, x.roll(1, dims=1))
    key = "up3.conv.0.weight"
    moved = training.generator.state_dict()[key] - given[key]
    followed = training.averaged.state_dict()[key] - given[key]
    assert moved.abs().max() > 0
    # The average is an average already: it follows slowly from the first step.
    assert torch.allclose(followed, 0.001 * moved, atol=1e-7)


def test_weights_to_begin_with_that_do_not_fit(
    folder: Path, finished: Path, tmp_path: Path
) -> None:
    other = replace(RECIPE, resize_levels=0)
    with pytest.raises(ValueError, match=rf"{LAST} does not fit: up1\.conv\.0\.weight has shape"):
        run(folder, tmp_path, other, Start(finished / LAST))
    narrow = replace(RECIPE, discriminator_features=2)
    with pytest.raises(CheckpointError, match="its discriminator does not fit"):
        run(folder, tmp_path, narrow, Start(finished / LAST, finished / "checkpoint.pt"))


def test_the_command_fine_tunes_what_it_is_given(
    cli: CommandLine, folder: Path, finished: Path
) -> None:
    command = ["train-neon", folder / "neon", "--val", folder / "judge",
               "--photos", folder / "photos", "-o", "tuned", "--steps", 1, "--batch", 1,
               "--discriminator-features", 4]  # fmt: skip
    start = ["--start", finished / LAST, "--start-discriminator", finished / "checkpoint.pt"]
    assert cli(*command, *start, "--learning-rate", 1e-5) == 0
    recipe = recipes.read(Path("tuned"))
    found = {name: recipe[name] for name in ("features", "resize_levels", "fine_tune")}
    assert found == {"features": 4, "resize_levels": 5, "fine_tune": True}
    assert recipe["learning_rate"] == 1e-5
    assert cli(*command, "--steps", 2) == 2  # forgot what it was made from
    assert "does not fit" in cli.errors[-1]
    assert cli(*command, *start[2:]) == 2
    assert cli.errors[-1] == "error: --start-discriminator goes with --start"
    assert cli(*command, "--size", 300) == 2
    assert cli.errors[-1] == "error: size 300 is not a multiple of 256"


@pytest.mark.slow
def test_two_processes_under_torchrun(folder: Path, tmp_path: Path) -> None:
    root = Path(__file__).parents[2]
    command: list[str | Path] = [
        sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2",
        "-m", "training", "train-neon", folder / "neon", "--val", folder / "judge",
        "--photos", folder / "photos", "-o", "run", "--features", "2",
        "--discriminator-features", "2", "--batch", "1", "--steps", "2", "--every", "1",
    ]  # fmt: skip
    environment = {**os.environ, "PYTHONPATH": str(root), "CUDA_VISIBLE_DEVICES": ""}
    done = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert [line["step"] for line in lines(tmp_path / "run")] == ["1", "2"]
