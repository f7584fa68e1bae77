"""Whole runs of the upscaler's training, with a network and photos that take seconds."""

import csv
import multiprocessing
import os
import signal
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import load_file
from torch import Tensor, nn

from model_layer.networks.registry import build, load_strictly
from model_layer.training import train_upscaler
from model_layer.training.dataset import EmptyFolderError
from model_layer.training.loop import CheckpointError
from model_layer.training.psnr import crop_to_multiple, psnr, shrink
from model_layer.training.train_upscaler import (
    PatchPairs,
    UpscalerRecipe,
    UpscalerTraining,
    enlarge,
    load_photos,
    train,
    validate,
)
from tests.model_layer.training.pictures import noise, save

RECIPE = UpscalerRecipe(n_resblocks=1, n_feats=4, patch=12, batch=2, steps=4, every=100, ema=0.9)


class Bicubic(nn.Module):
    """Not a network, but enlarges twofold."""

    def __init__(self) -> None:
        super().__init__()
        self.unused = nn.Parameter(torch.zeros(1))

    def forward(self, x: Tensor) -> Tensor:
        return nn.functional.interpolate(x, scale_factor=2, mode="bicubic")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folders of pictures: photos, judge."""
    root = tmp_path_factory.mktemp("pictures")
    save(root / "photos", (70, 50), (50, 90), (20, 20))  # the last is smaller than a patch
    (root / "photos" / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    save(root / "judge", (41, 33))
    return root


def run(
    folder: Path, out: Path, recipe: UpscalerRecipe = RECIPE, start: Path | None = None
) -> None:
    train([folder / "photos"], [folder / "judge"], out, recipe, start)


@pytest.fixture(scope="module")
def finished(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a run that was never interrupted."""
    out = tmp_path_factory.mktemp("runs") / "uninterrupted"
    run(folder, out)
    return out


def interrupt_at(step: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Press Ctrl-C in the midst of a step: every process of the terminal is told."""
    real = train_upscaler.train_step

    def interrupted(training: UpscalerTraining, *arguments: object) -> object:
        if training.step + 1 == step:
            for child in multiprocessing.active_children():
                assert child.pid is not None
                os.kill(child.pid, signal.SIGINT)
            signal.raise_signal(signal.SIGINT)
        return real(training, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(train_upscaler, "train_step", interrupted)


def checkpoint(out: Path) -> dict[str, Any]:
    state: dict[str, Any] = torch.load(out / "checkpoint.pt", weights_only=True)
    return state


def test_a_run_leaves_the_best_weights_and_a_log(folder: Path, finished: Path) -> None:
    assert {p.name for p in finished.iterdir()} == {"checkpoint.pt", "log.csv", "best.safetensors"}
    with (finished / "log.csv").open(newline="") as file:
        (line,) = csv.DictReader(file)
    assert line["step"] == "4"
    assert float(line["l1"]) > 0
    network = build("edsr", RECIPE.parameters).module
    load_strictly(network, load_file(finished / "best.safetensors"))
    photos = load_photos(sorted((folder / "judge").iterdir()), 8, (1.0,))
    assert validate(network, photos, 2) == pytest.approx(float(line["psnr"]))


def test_the_weights_are_the_averaged_ones(finished: Path) -> None:
    weights, state = load_file(finished / "best.safetensors"), checkpoint(finished)
    assert all(torch.equal(weights[key], state["averaged"][key]) for key in weights)
    assert any(not torch.equal(weights[key], state["network"][key]) for key in weights)


def test_training_changes_every_layer_but_the_fixed_ones(finished: Path) -> None:
    fresh = UpscalerTraining(RECIPE, torch.device("cpu")).network
    trained = checkpoint(finished)["network"]
    for key, before in fresh.named_parameters():
        assert torch.equal(before, trained[key]) == key.startswith(("sub_mean", "add_mean")), key


def test_an_interrupted_run_ends_as_an_uninterrupted_one(
    folder: Path, finished: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        interrupt_at(2, patch)
        run(folder, tmp_path)
    assert checkpoint(tmp_path)["step"] == 2

    torch.manual_seed(99)  # whatever happens in between
    run(folder, tmp_path)
    expected, found = checkpoint(finished), checkpoint(tmp_path)
    assert found["step"] == expected["step"] == 4
    for part in ("network", "averaged"):
        for key, value in expected[part].items():
            assert torch.equal(found[part][key], value), f"{part}.{key}"


def test_only_better_weights_replace_the_best(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scores = iter([20.0, 19.0, 21.0, 20.5])
    monkeypatch.setattr(train_upscaler, "validate", lambda *_: next(scores))
    kept: list[bytes] = []
    real = train_upscaler.report

    def report(training: UpscalerTraining, out: Path, loss: float, found: float) -> None:
        real(training, out, loss, found)
        kept.append((out / "best.safetensors").read_bytes())

    monkeypatch.setattr(train_upscaler, "report", report)
    run(folder, tmp_path, replace(RECIPE, every=1))
    assert kept[0] == kept[1]
    assert kept[1] != kept[2]
    assert kept[2] == kept[3]
    assert checkpoint(tmp_path)["best"] == 21.0


def test_a_larger_scale_can_start_from_the_body_of_a_smaller(finished: Path) -> None:
    training = UpscalerTraining(replace(RECIPE, scale=3), torch.device("cpu"))
    training.begin_with(finished / "best.safetensors")
    there = load_file(finished / "best.safetensors")
    shared = [key for key in there if key.startswith(("head", "body"))]
    assert shared
    for network in (training.network, training.averaged):
        own = network.state_dict()
        assert all(torch.equal(own[key], there[key]) for key in shared)


def test_weights_of_which_nothing_fits_are_refused(finished: Path) -> None:
    training = UpscalerTraining(replace(RECIPE, n_feats=5), torch.device("cpu"))
    with pytest.raises(ValueError, match=r"best\.safetensors: no layer of its body fits"):
        training.begin_with(finished / "best.safetensors")


def test_a_file_that_holds_no_weights_is_refused(folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "start.safetensors"
    file.write_text("not weights")
    with pytest.raises(ValueError, match=r"start\.safetensors: not a safetensors file"):
        run(folder, tmp_path / "run", start=file)
    with pytest.raises(FileNotFoundError):
        run(folder, tmp_path / "run", start=tmp_path / "missing.safetensors")


def test_a_run_goes_on_only_with_its_own_scale(folder: Path, finished: Path) -> None:
    """super-image's own loading would accept this without a word."""
    with pytest.raises(CheckpointError, match=r"checkpoint\.pt: its network does not fit"):
        run(folder, finished, replace(RECIPE, scale=3))


@pytest.mark.parametrize("name", ["photos", "judge"])
def test_a_folder_without_pictures_is_named(folder: Path, tmp_path: Path, name: str) -> None:
    folders = {"photos": folder / "photos", "judge": folder / "judge"}
    folders[name] = tmp_path / "nothing"
    with pytest.raises(EmptyFolderError, match="nothing"):
        train([folders["photos"]], [folders["judge"]], tmp_path / "run", RECIPE)


def test_photos_smaller_than_a_patch_are_an_error(tmp_path: Path) -> None:
    save(tmp_path / "photos", (20, 20))
    with pytest.raises(EmptyFolderError):
        train([tmp_path / "photos"], [tmp_path / "photos"], tmp_path / "run", RECIPE)


def test_photos_are_read_at_every_size_that_is_large_enough(tmp_path: Path) -> None:
    save(tmp_path, (50, 40), (30, 30), (20, 20))
    photos = load_photos(sorted(tmp_path.iterdir()), smallest=24)
    assert [photo.shape[:2] for photo in photos] == [(40, 50), (24, 30), (30, 30)]
    assert np.array_equal(photos[0], noise(50, 40, 0))


@pytest.mark.parametrize("scale", [2, 3, 4])
def test_patches_are_the_shrunk_and_the_original(scale: int) -> None:
    recipe = UpscalerRecipe(scale=scale, patch=16)
    pairs = PatchPairs([noise(83, 71)], recipe)
    for index in range(8):  # with all turns and flips
        x, y = pairs[index]
        assert x.shape == (3, 16, 16)
        assert y.shape == (3, 16 * scale, 16 * scale)
        high = (y.permute(1, 2, 0).numpy() * 255).round().astype(np.uint8)
        low = (x.permute(1, 2, 0).numpy() * 255).round().astype(np.uint8)
        inside = slice(3, -3)  # at the border, the pixels outside of the patch show
        difference = shrink(high, scale).astype(int)[inside, inside] - low[inside, inside]
        assert np.abs(difference).max() <= 1


def test_a_patch_depends_on_seed_and_index_alone() -> None:
    photos = [noise(50, 50, seed) for seed in range(3)]
    pairs = PatchPairs(photos, RECIPE)
    later, earlier = pairs[7], pairs[3]
    again = PatchPairs(photos, RECIPE)
    assert torch.equal(again[3][1], earlier[1])
    assert torch.equal(again[7][0], later[0])
    assert not torch.equal(earlier[0], later[0])
    assert not torch.equal(PatchPairs(photos, replace(RECIPE, seed=1))[3][0], earlier[0])


def test_enlarge_is_the_network_on_bytes() -> None:
    picture = noise(20, 16)
    enlarged = enlarge(Bicubic(), picture)
    expected = np.asarray(Image.fromarray(picture).resize((40, 32), Image.Resampling.BICUBIC))
    assert enlarged.shape == (32, 40, 3)
    assert np.abs(enlarged.astype(int) - expected).mean() < 4


def test_validation_is_the_mean_over_the_pictures() -> None:
    pictures = [noise(41, 33, 1), noise(30, 30, 2)]
    scores = []
    for picture in pictures:
        high = crop_to_multiple(picture, 2)
        scores.append(psnr(enlarge(Bicubic(), shrink(high, 2)), high, 2))
    assert validate(Bicubic(), pictures, 2) == pytest.approx(np.mean(scores))
    assert scores[0] != scores[1]
