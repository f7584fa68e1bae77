"""Whole runs of the upscaler's training, with networks and photos that take seconds."""

import logging
import multiprocessing
import os
import shutil
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

from model_layer.networks.registry import UnknownArchitectureError, build, load_strictly
from model_layer.upscaling.psnr import crop_to_multiple, psnr, shrink
from tests.training.pictures import noise, save
from training import train_upscaler
from training.contenders import recipe_of
from training.dataset import EmptyFolderError
from training.degradation import recompress
from training.loop import CheckpointError, DivergedError
from training.patches import load_photos
from training.train_upscaler import (
    EXACT,
    JUDGED_QUALITY,
    Judge,
    enlarge,
    train,
    train_step,
)
from training.upscaler_recipe import Sampling, UpscalerRecipe
from training.upscaler_run import UpscalerRun, read_log

RECIPE = UpscalerRecipe(
    options={"n_resblocks": 1, "n_feats": 4},
    patch=12,
    batch=2,
    steps=4,
    every=3,
    ema=0.9,
    sizes=(1.0, 0.6),
)


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

    def interrupted(training: UpscalerRun, x: Tensor, y: Tensor) -> float:
        if training.step + 1 == step:
            for child in multiprocessing.active_children():
                assert child.pid is not None
                os.kill(child.pid, signal.SIGINT)
            signal.raise_signal(signal.SIGINT)
        return real(training, x, y)

    monkeypatch.setattr(train_upscaler, "train_step", interrupted)


def checkpoint(out: Path) -> dict[str, Any]:
    state: dict[str, Any] = torch.load(out / "checkpoint.pt", weights_only=True)
    return state


def test_a_run_leaves_weights_log_and_curves(folder: Path, finished: Path) -> None:
    assert {path.name for path in finished.iterdir()} == {
        "best.safetensors",
        "checkpoint.pt",
        "curves.png",
        "log.csv",
    }
    lines = read_log(finished / "log.csv")
    assert [line["step"] for line in lines] == [3, 4]
    assert all(line["l1"] > 0 for line in lines)
    network = build("edsr", RECIPE.parameters).module
    load_strictly(network, load_file(finished / "best.safetensors"))
    judge = Judge.of(load_photos(sorted((folder / "judge").iterdir()), 8), RECIPE)
    assert judge.psnr(network) == pytest.approx(max(line["psnr"] for line in lines))
    assert recipe_of(finished / "best.safetensors") == RECIPE
    with Image.open(finished / "curves.png") as curves:
        assert curves.format == "PNG"


def test_the_weights_are_the_averaged_ones(folder: Path, tmp_path: Path) -> None:
    run(folder, tmp_path, replace(RECIPE, steps=2))
    weights, state = load_file(tmp_path / "best.safetensors"), checkpoint(tmp_path)
    assert all(torch.equal(weights[key], state["averaged"][key]) for key in weights)
    assert any(not torch.equal(weights[key], state["network"][key]) for key in weights)


@pytest.mark.parametrize(
    ("architecture", "options"),
    [
        ("edsr", {"n_resblocks": 2, "n_feats": 6, "res_scale": 0.5}),
        ("pan", {"nb": 1, "nf": 8, "unf": 4}),
        ("carn", {}),
    ],
)
@pytest.mark.parametrize("scale", [2, 3])
def test_networks_of_super_image_learn(
    architecture: str, options: dict[str, Any], scale: int, folder: Path, tmp_path: Path
) -> None:
    recipe = replace(RECIPE, scale=scale, architecture=architecture, options=options, steps=2)
    recipe = replace(recipe, patch=8)
    run(folder, tmp_path, recipe)
    network = build(architecture, recipe.parameters).module
    load_strictly(network, load_file(tmp_path / "best.safetensors"))
    assert network(torch.rand(1, 3, 9, 7)).shape == (1, 3, 9 * scale, 7 * scale)
    torch.manual_seed(recipe.seed)
    fresh = build(architecture, recipe.parameters).module
    trained = checkpoint(tmp_path)["network"]
    still = {
        name for name, before in fresh.named_parameters() if torch.equal(before, trained[name])
    }
    fixed = ("sub_mean", "add_mean")  # the mean colour; and CARN has a layer for every scale
    others = tuple(f"upsample.up{other}" for other in (2, 3, 4) if other != scale)
    assert all(name.startswith(fixed + others) for name in still), still


@pytest.mark.parametrize(("degrade", "step"), [(False, 1), (True, 2), (False, 3)])
def test_an_interrupted_run_ends_as_an_uninterrupted_one(
    degrade: bool, step: int, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recipe = replace(RECIPE, degrade=degrade)
    whole, parts = tmp_path / "whole", tmp_path / "parts"
    run(folder, whole, recipe)
    with monkeypatch.context() as patch:
        interrupt_at(step, patch)
        run(folder, parts, recipe)
    assert checkpoint(parts)["step"] == step

    torch.manual_seed(99)  # whatever happens in between
    run(folder, parts, recipe)
    expected, found = checkpoint(whole), checkpoint(parts)
    assert found["step"] == expected["step"] == 4
    for part in ("network", "averaged"):
        for key, value in expected[part].items():
            assert torch.equal(found[part][key], value), f"{part}.{key}"
    for name in ("log.csv", "best.safetensors"):
        assert (parts / name).read_bytes() == (whole / name).read_bytes()


def test_ctrl_c_while_judging_is_answered_at_the_next_chance(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Judge.psnr

    def interrupted(judge: Judge, network: nn.Module) -> float:
        signal.raise_signal(signal.SIGINT)
        return real(judge, network)

    monkeypatch.setattr(Judge, "psnr", interrupted)
    run(folder, tmp_path)
    assert checkpoint(tmp_path)["step"] == 3
    assert len(read_log(tmp_path / "log.csv")) == 1


def test_a_finished_run_is_left_alone(
    folder: Path, finished: Path, caplog: pytest.LogCaptureFixture
) -> None:
    before = (finished / "checkpoint.pt").stat().st_mtime_ns
    with caplog.at_level(logging.INFO):
        run(folder, finished)
    assert "is finished" in caplog.text
    assert (finished / "checkpoint.pt").stat().st_mtime_ns == before


def test_a_run_can_become_longer(folder: Path, finished: Path, tmp_path: Path) -> None:
    shutil.copytree(finished, tmp_path / "run")
    run(folder, tmp_path / "run", replace(RECIPE, steps=6, every=5))
    assert [line["step"] for line in read_log(tmp_path / "run/log.csv")] == [3, 4, 5, 6]
    assert checkpoint(tmp_path / "run")["step"] == 6


def test_a_run_that_is_longer_than_asked_for_is_finished(
    folder: Path, finished: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    shutil.copytree(finished, tmp_path / "run")
    with caplog.at_level(logging.INFO):
        run(folder, tmp_path / "run", replace(RECIPE, steps=3))
    assert "is finished" in caplog.text
    assert checkpoint(tmp_path / "run")["step"] == 4


def test_only_better_weights_replace_the_best(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scores = iter([20.0, 19.0, 21.0, 20.5])
    monkeypatch.setattr(Judge, "psnr", lambda *_: next(scores))
    kept: list[bytes] = []
    real = UpscalerRun.judged

    def judged(training: UpscalerRun, out: Path, found: float) -> None:
        real(training, out, found)
        kept.append((out / "best.safetensors").read_bytes())

    monkeypatch.setattr(UpscalerRun, "judged", judged)
    run(folder, tmp_path, replace(RECIPE, every=1))
    assert kept[0] == kept[1]
    assert kept[1] != kept[2]
    assert kept[2] == kept[3]
    assert checkpoint(tmp_path)["best"] == 21.0


def test_a_run_can_start_from_another(folder: Path, finished: Path, tmp_path: Path) -> None:
    recipe = replace(RECIPE, scale=3, learning_rate=1e-9)
    run(folder, tmp_path, recipe, finished / "best.safetensors")
    there, found = (
        load_file(finished / "best.safetensors"),
        load_file(tmp_path / "best.safetensors"),
    )
    shared = [key for key in there if key.startswith(("head", "body"))]
    assert shared
    assert all(torch.allclose(found[key], there[key], atol=1e-6) for key in shared)


def test_a_file_that_holds_no_weights_is_refused(folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "start.safetensors"
    file.write_text("not weights")
    with pytest.raises(ValueError, match=r"start\.safetensors: not a safetensors file"):
        run(folder, tmp_path / "run", start=file)
    with pytest.raises(FileNotFoundError):
        run(folder, tmp_path / "run", start=tmp_path / "missing.safetensors")
    assert not (tmp_path / "run").exists()


def test_a_run_goes_on_only_with_its_own_choices(folder: Path, finished: Path) -> None:
    recipe = replace(RECIPE, scale=3, learning_rate=1e-3)
    with pytest.raises(
        CheckpointError, match=r"checkpoint\.pt: its scale, learning rate does not fit"
    ):
        run(folder, finished, recipe)


def test_networks_that_do_not_exist_are_refused(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(UnknownArchitectureError, match="swin"):
        run(folder, tmp_path, replace(RECIPE, architecture="swin"))
    with pytest.raises(UnknownArchitectureError, match="depth"):
        run(folder, tmp_path, replace(RECIPE, options={"depth": 3}))


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


def test_a_diverged_training_stops_and_keeps_its_checkpoint(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = train_upscaler.train_step

    def spoiled(training: UpscalerRun, x: Tensor, y: Tensor) -> float:
        return real(training, x * float("nan") if training.step == 3 else x, y)

    monkeypatch.setattr(train_upscaler, "train_step", spoiled)
    with pytest.raises(DivergedError, match="diverged at step 3; try a lower learning rate"):
        run(folder, tmp_path)
    assert checkpoint(tmp_path)["step"] == 3
    assert all(value.isfinite().all() for value in checkpoint(tmp_path)["network"].values())


def test_the_last_quarter_is_float32(monkeypatch: pytest.MonkeyPatch) -> None:
    training = UpscalerRun(replace(RECIPE, steps=8), torch.device("cpu"))
    x, y = torch.rand(1, 3, 12, 12), torch.rand(1, 3, 24, 24)
    seen: list[bool] = []
    real = torch.autocast

    def spy(device: str, kind: torch.dtype, enabled: bool) -> torch.autocast:
        seen.append(enabled)
        return real(device, kind, enabled)

    monkeypatch.setattr(torch, "autocast", spy)
    for _ in range(8):
        train_step(training, x, y)
    assert seen == [True] * 7 + [False]
    training = UpscalerRun(replace(RECIPE, mixed_precision=False), torch.device("cpu"))
    train_step(training, x, y)
    assert seen[-1] is False


def test_training_lowers_the_loss() -> None:
    training = UpscalerRun(replace(RECIPE, steps=60, learning_rate=5e-3), torch.device("cpu"))
    generator = torch.Generator().manual_seed(0)
    y = torch.rand(2, 3, 24, 24, generator=generator) * 0.2 + 0.4
    x = nn.functional.avg_pool2d(y, 2)
    losses = [train_step(training, x, y) for _ in range(60)]
    assert losses[-1] < 0.4 * losses[0]


@pytest.mark.parametrize("sampling", list(Sampling))
def test_both_samplings_train(sampling: Sampling, folder: Path, tmp_path: Path) -> None:
    run(folder, tmp_path, replace(RECIPE, sampling=sampling, steps=1))
    assert checkpoint(tmp_path)["step"] == 1


def test_enlarge_is_the_network_on_bytes() -> None:
    picture = noise(20, 16)
    enlarged = enlarge(Bicubic(), picture)
    expected = np.asarray(Image.fromarray(picture).resize((40, 32), Image.Resampling.BICUBIC))
    assert enlarged.shape == (32, 40, 3)
    assert np.abs(enlarged.astype(int) - expected).mean() < 4


def test_the_judge_takes_the_mean_over_the_pictures() -> None:
    pictures = [noise(41, 33, 1), noise(30, 30, 2)]
    scores = []
    for picture in pictures:
        high = crop_to_multiple(picture, 2)
        scores.append(psnr(enlarge(Bicubic(), shrink(high, 2)), high, 2))
    assert Judge.of(pictures, RECIPE).psnr(Bicubic()) == pytest.approx(np.mean(scores))
    assert scores[0] != scores[1]


def test_an_exact_result_does_not_outweigh_all_others() -> None:
    white = np.full((16, 16, 3), 255, np.uint8)
    alone = Judge.of([noise(41, 33)], RECIPE).psnr(Bicubic())
    together = Judge.of([noise(41, 33), white], RECIPE).psnr(Bicubic())
    assert together == pytest.approx((alone + EXACT) / 2)


def test_training_on_degraded_inputs_is_judged_on_such() -> None:
    judge = Judge.of([noise(40, 32)], replace(RECIPE, degrade=True))
    expected = recompress(shrink(noise(40, 32), 2), JUDGED_QUALITY)
    assert np.array_equal(judge.low[0], expected)
    assert np.array_equal(judge.high[0], noise(40, 32))
