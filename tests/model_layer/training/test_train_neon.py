"""Whole runs of the neon training, with networks and pictures that take seconds."""

import csv
import multiprocessing
import os
import signal
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import load_file

from model_layer.networks.registry import build, load_strictly
from model_layer.training import train_neon
from model_layer.training.dataset import EmptyFolderError
from model_layer.training.loop import CheckpointError
from model_layer.training.train_neon import NeonRecipe, NeonTraining, grid, samples, train
from tests.model_layer.training.pictures import noise, plain, save

RECIPE = NeonRecipe(features=4, discriminator_features=4, batch=1, steps=3, every=100, ema=0.9)
LAST = "step-000003.safetensors"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folders of pictures: neon, photos, judge."""
    root = tmp_path_factory.mktemp("pictures")
    save(root / "neon", (256, 240), (300, 256), (230, 230))
    (root / "neon" / "broken.jpg").write_bytes(b"\xff\xd8\xff")
    save(root / "photos", (100, 60), (60, 100))
    save(root / "judge", (80, 80))
    return root


def run(folder: Path, out: Path, recipe: NeonRecipe = RECIPE) -> None:
    train([folder / "neon"], [folder / "photos"], [folder / "judge"], out, recipe)


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
    names = {path.name for path in finished.iterdir()}
    assert names == {"checkpoint.pt", "log.csv", "step-000003.jpg", LAST}
    with Image.open(finished / "step-000003.jpg") as sheet:
        assert sheet.size == (2 * 256, 2 * 256)  # two photos, two results
    with (finished / "log.csv").open(newline="") as file:
        (line,) = csv.DictReader(file)
    assert line["step"] == "3"
    expected = {"d", "adversarial", "l1", "colourfulness", "palette", "detail", "hue variety"}
    assert set(line) == {"step", *expected}
    assert all(np.isfinite(float(line[name])) for name in expected)


def test_the_averaged_weights_fit_the_registrys_network(finished: Path) -> None:
    weights = load_file(finished / LAST)
    load_strictly(build("pix2pix", {"features": 4}).module, weights)
    state = torch.load(finished / "checkpoint.pt", weights_only=True)
    assert all(torch.equal(weights[key], state["averaged"][key]) for key in weights)
    assert any(not torch.equal(weights[key], state["generator"][key]) for key in weights)


def test_training_changes_both_networks(finished: Path) -> None:
    state = torch.load(finished / "checkpoint.pt", weights_only=True)
    fresh = NeonTraining.start(RECIPE, torch.device("cpu"))
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
    with (tmp_path / "log.csv").open(newline="") as file:
        assert [line["step"] for line in csv.DictReader(file)] == ["2", "3"]


def test_a_finished_run_stays_as_it_is(folder: Path, finished: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in finished.iterdir()}
    run(folder, finished)
    assert {path: path.stat().st_mtime_ns for path in finished.iterdir()} == before


def test_a_run_goes_on_only_with_its_own_choices(folder: Path, finished: Path) -> None:
    with pytest.raises(CheckpointError, match=r"checkpoint\.pt: its generator does not fit"):
        run(folder, finished, replace(RECIPE, features=8))


@pytest.mark.parametrize("name", ["neon", "photos", "judge"])
def test_a_folder_without_pictures_is_named(folder: Path, tmp_path: Path, name: str) -> None:
    folders = {key: [folder / key] for key in ("neon", "photos", "judge")}
    empty = tmp_path / "nothing"
    empty.mkdir()
    folders[name] = [empty]
    with pytest.raises(EmptyFolderError, match="nothing"):
        train(folders["neon"], folders["photos"], folders["judge"], tmp_path / "run", RECIPE)


def test_samples_are_central_squares_evenly_chosen(tmp_path: Path) -> None:
    save(tmp_path, *[(30, 20)] * 5)
    found = samples(sorted(tmp_path.iterdir()), 3, side=20)
    assert [picture.shape for picture in found] == [(20, 20, 3)] * 3
    for picture, number in zip(found, (0, 2, 4)):
        assert np.array_equal(picture, noise(30, 20, number)[:, 5:25])


def test_a_grid_may_end_in_a_shorter_row() -> None:
    white = plain((255, 255, 255), 4)
    sheet = np.asarray(grid([[white, white, white], [white]]))
    assert sheet.shape == (8, 12, 3)
    assert sheet[:, :4].min() == 255
    assert sheet[:4].min() == 255
    assert sheet[4:, 4:].max() == 0
