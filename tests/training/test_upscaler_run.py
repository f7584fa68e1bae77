"""The state of a training and its files."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from training.loop import CheckpointError, write_log
from training.upscaler_recipe import UpscalerRecipe
from training.upscaler_run import COLUMNS, UpscalerRun, read_log

RECIPE = UpscalerRecipe(options={"n_resblocks": 1, "n_feats": 4}, steps=4)
CPU = torch.device("cpu")


def weights(path: Path, recipe: UpscalerRecipe, seed: int = 1) -> Path:
    network = UpscalerRun(replace(recipe, seed=seed), CPU).network
    save_file({key: value.contiguous() for key, value in network.state_dict().items()}, path)
    return path


def test_the_average_begins_as_the_network() -> None:
    run = UpscalerRun(RECIPE, CPU)
    averaged = run.averaged.state_dict()
    assert all(torch.equal(averaged[k], v) for k, v in run.network.state_dict().items())
    assert not any(parameter.requires_grad for parameter in run.averaged.parameters())


def test_a_seed_makes_a_network() -> None:
    first, again = (UpscalerRun(RECIPE, CPU).network.state_dict() for _ in range(2))
    other = UpscalerRun(replace(RECIPE, seed=1), CPU).network.state_dict()
    assert all(torch.equal(first[key], again[key]) for key in first)
    assert any(not torch.equal(first[key], other[key]) for key in first)


def test_a_larger_scale_takes_over_the_body_of_a_smaller(tmp_path: Path) -> None:
    start = weights(tmp_path / "x2.safetensors", RECIPE)
    run = UpscalerRun(replace(RECIPE, scale=3), CPU)
    run.begin_with(start)
    there = load_file(start)
    shared = [key for key in there if key.startswith(("head", "body"))]
    assert shared
    for network in (run.network, run.averaged):
        own = network.state_dict()
        assert all(torch.equal(own[key], there[key]) for key in shared)


def test_pan_and_carn_take_over_their_bodies_too(tmp_path: Path) -> None:
    for architecture, body in (("pan", "SCPA_trunk"), ("carn", "b2")):
        options = {"nb": 1} if architecture == "pan" else {}
        recipe = replace(RECIPE, architecture=architecture, options=options)
        start = weights(tmp_path / f"{architecture}.safetensors", recipe)
        run = UpscalerRun(replace(recipe, scale=4), CPU)
        run.begin_with(start)
        there, own = load_file(start), run.network.state_dict()
        shared = [key for key in there if key.startswith(body)]
        assert shared
        assert all(torch.equal(own[key], there[key]) for key in shared)


def test_weights_of_which_nothing_fits_are_refused(tmp_path: Path) -> None:
    start = weights(tmp_path / "start.safetensors", RECIPE)
    run = UpscalerRun(replace(RECIPE, options={"n_resblocks": 1, "n_feats": 5}), CPU)
    before = {key: value.clone() for key, value in run.network.state_dict().items()}
    with pytest.raises(ValueError, match=r"start\.safetensors: no layer of its body fits"):
        run.begin_with(start)
    assert all(torch.equal(before[k], v) for k, v in run.network.state_dict().items())


def test_there_is_nothing_to_resume_in_an_empty_folder(tmp_path: Path) -> None:
    assert not UpscalerRun(RECIPE, CPU).resume(tmp_path)


def test_a_saved_run_is_resumed_with_everything(tmp_path: Path) -> None:
    run = UpscalerRun(RECIPE, CPU)
    run.step, run.seconds, run.losses = 3, 12.5, [0.25, 0.5]
    run.judged(tmp_path, 30.0)
    run.losses = [0.125]
    run.save(tmp_path)
    found = UpscalerRun(replace(RECIPE), CPU)
    assert found.resume(tmp_path)
    assert (found.step, found.best, found.seconds, found.losses) == (3, 30.0, 12.5, [0.125])
    assert found.history == [{"step": 3, "l1": 0.375, "psnr": 30.0}]
    assert read_log(tmp_path / "log.csv") == found.history


@pytest.mark.parametrize("state", [{"step": 1}, {"recipe": "{}"}])
def test_the_checkpoint_of_another_training_is_refused(
    tmp_path: Path, state: dict[str, object]
) -> None:
    torch.save(state, tmp_path / "checkpoint.pt")
    with pytest.raises(CheckpointError, match=r"checkpoint\.pt: not a checkpoint of an upscaler"):
        UpscalerRun(RECIPE, CPU).resume(tmp_path)


def test_a_checkpoint_that_lacks_something_is_refused(tmp_path: Path) -> None:
    run = UpscalerRun(RECIPE, CPU)
    run.save(tmp_path)
    state = torch.load(tmp_path / "checkpoint.pt", weights_only=True)
    del state["seconds"]
    torch.save(state, tmp_path / "checkpoint.pt")
    with pytest.raises(CheckpointError, match=r"not the checkpoint of an upscaler: no seconds"):
        UpscalerRun(RECIPE, CPU).resume(tmp_path)


def test_a_log_is_read_back(tmp_path: Path) -> None:
    lines = [{"step": 1.0, "l1": 0.1, "psnr": 1 / 3}, {"step": 2.0, "l1": 0.05, "psnr": 31.0}]
    write_log(lines, tmp_path / "log.csv", COLUMNS)
    assert read_log(tmp_path / "log.csv") == lines
    assert [path.name for path in tmp_path.iterdir()] == ["log.csv"]


@pytest.mark.parametrize("text", ["", "a,b\n1,2\n", "step,l1,psnr\n1,x,2\n", "step,l1,psnr\n1\n"])
def test_something_else_is_not_a_log(tmp_path: Path, text: str) -> None:
    (tmp_path / "log.csv").write_text(text)
    with pytest.raises(ValueError, match=r"log\.csv: not the log"):
        read_log(tmp_path / "log.csv")
