"""Training the generator that is told where coloured light falls."""

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import save_file

from model_layer.neon import light_map
from model_layer.networks.pix2pix import Generator
from model_layer.networks.tensors import luma
from tests.model_layer.command_line import CommandLine
from training import neon
from training.frame import PRECISIONS, TrainingError, choose_precision
from training.neon import (
    Batches,
    Critics,
    Run,
    Settings,
    disobedience,
    false_colour,
    lamps,
    lost_edges,
    made_light,
    train,
    turned,
    unrest,
    who_is_told_what,
)

TINY = Settings(
    steps=4, batch=4, size=128, smallest_crop=64, short_side=80, features=4, critic_features=4,
    every=2, workers=0, threads=1, precision="float32",
)  # fmt: skip


def picture(seed: int, width: int = 120, height: int = 90) -> neon.Bytes:
    rng = np.random.default_rng(seed)
    coarse = Image.fromarray(rng.integers(0, 256, (5, 6, 3), dtype=np.uint8))
    return np.asarray(coarse.resize((width, height), Image.Resampling.BICUBIC))


PICTURES = [picture(seed) for seed in range(3)]


def hues(x: neon.Floats) -> neon.Floats:
    y = x @ neon.LUMA
    angles: neon.Floats = np.arctan2(x[..., 2] - y, x[..., 0] - y)
    return angles


def told(red: float, blue: float, cells: int = 3) -> torch.Tensor:
    colours = torch.tensor([red, blue, red, blue]).view(1, 4, 1, 1).expand(1, 4, cells, cells)
    return torch.cat([colours, torch.ones(1, 2, cells, cells)], 1)


def test_a_batch_depends_on_its_index_alone() -> None:
    first, again = (Batches(PICTURES, PICTURES, TINY) for _ in range(2))
    for one, other in zip(first[7], again[7]):
        assert torch.equal(one, other)
    assert not torch.equal(first[7][0], first[8][0])


def test_three_are_pairs_and_the_fourth_a_photo() -> None:
    x, y, asked = Batches(PICTURES, [picture(9)], TINY)[0]
    assert x.shape == y.shape == (4, 3, 128, 128)
    assert asked.shape[:2] == (4, 6)
    for value in (x, y):
        assert 0 <= value.min() <= value.max() <= 1
    assert not asked[:3, :4].any()  # of pairs the light is measured


def test_false_colour_shows_things_and_hides_hues() -> None:
    """Pictures of one hue come out in all hues; brightness is told from brightness still."""
    pink = np.zeros((16, 16, 3), np.float32)
    pink[:] = (0.8, 0.2, 0.6)
    pink[8:] *= 0.4
    found, in_order = [], 0
    for seed in range(60):
        x = false_colour(pink, np.random.default_rng(seed))
        assert 0 <= x.min() <= x.max() <= 1
        assert np.isfinite(x).all()
        y = x @ neon.LUMA
        in_order += bool(y[:8].mean() > y[8:].mean())
        if np.ptp(x[2, 2]) > 0.05:
            found.append(hues(x)[2, 2])
    assert np.abs(np.mean(np.exp(1j * np.array(found)))) < 0.4
    assert in_order > 55


def test_made_light_shows_the_same_things_in_light_as_strong_as_neons() -> None:
    """Whatever a picture's hue, its light comes out in all hues, as long as in neon pictures."""
    pink = np.zeros((96, 96, 3), np.float32)
    pink[:] = (0.6, 0.45, 0.55)
    pink[48:] *= 0.4
    found, lengths = [], []
    for seed in range(60):
        lit = made_light(pink, np.random.default_rng(seed))
        assert 0 <= lit.min() <= lit.max() <= 1
        y = lit @ neon.LUMA
        assert y[:48].min() > y[48:].max()
        light = light_map.measure(neon._batch([lit]), 3)[0, :2].numpy()
        lengths.append(np.hypot(*light))
        found.append(np.arctan2(light[1], light[0]).mean())
    assert np.abs(np.mean(np.exp(1j * np.array(found)))) < 0.4
    assert 0.25 < np.median(lengths) < 0.7


def test_made_light_falls_on_pairs_alone_some_of_them_photos_as_they_are() -> None:
    grey = [np.full((90, 120, 3), 120, np.uint8)]
    settings = dataclasses.replace(TINY, made=1.0, batch=8)
    batches = [Batches(grey, grey, settings)[index] for index in range(4)]
    spread = [np.ptp(x.numpy(), axis=1).mean((1, 2)) for pair in batches for x in pair[:2]]
    inputs, targets = np.array(spread[::2]), np.array(spread[1::2])
    assert (targets[:, :6] > 0.03).all()
    assert (targets[:, 6:] < 0.01).all()
    as_it_is = inputs[:, :6] < 0.05
    assert 0.2 < as_it_is.mean() < 0.9


def test_lamps_are_of_few_hues_and_within_reach() -> None:
    for seed in range(30):
        asked = lamps(4, np.random.default_rng(seed))
        light, known = asked[:2], asked[4]
        assert set(np.unique(asked[4:])) <= {0.0, 1.0}
        assert not light[:, known == 0].any()
        length = np.hypot(*light)[known == 1]
        assert ((length > 0.2) & (length < 1)).all()


def test_a_photo_gets_the_light_that_lies_as_its_own() -> None:
    y = torch.full((4, 3, 64, 64), 0.05)
    y[0, :, :, :32] = torch.tensor([0.9, 0.1, 0.5]).view(3, 1, 1)  # light on the left
    y[1, :, :20] = torch.tensor([0.1, 0.9, 0.5]).view(3, 1, 1)
    y[2, :, 40:] = torch.tensor([0.1, 0.2, 0.9]).view(3, 1, 1)
    y[3, :, :, 32:] = 0.8  # a photo with its light on the right
    known = torch.zeros(4, 6, 2, 2)
    known[:, 4:] = 1
    asked = who_is_told_what(y, known, 3)
    assert torch.allclose(asked[3], asked[0].flip(2), atol=1e-5)


def test_obedience_wants_the_hue_and_tolerates_a_little() -> None:
    asked = told(0.5, 0.0)
    exact, close, turned, opposite, faint = (
        float(disobedience(told(*light)[:, :4], asked, 0.1))
        for light in ((0.5, 0.0), (0.5, 0.05), (0.3, 0.4), (-0.5, 0.0), (0.05, 0.0))
    )
    assert exact == close == 0
    assert 0 < turned < opposite
    assert faint > 0


def test_obedience_asks_nothing_where_nothing_is_told() -> None:
    asked = told(0.5, 0.0) * torch.tensor([0, 0, 0, 0, 0, 0]).view(1, 6, 1, 1)
    assert float(disobedience(told(-0.5, 0.3)[:, :4], asked, 0.1)) == 0


def test_edges_of_colour_may_change_but_not_vanish() -> None:
    x = torch.zeros(1, 3, 64, 64)
    x[:, 0, :, 32:] = 0.8
    other = torch.zeros(1, 3, 64, 64)
    other[:, 2, :, 32:] = 0.8
    grey = torch.zeros(1, 3, 64, 64)
    assert float(lost_edges(x, x)) == float(lost_edges(x, other)) == 0
    assert float(lost_edges(x, grey)) > 0.1


def test_even_bright_areas_are_to_stay_even() -> None:
    x = torch.full((1, 3, 64, 64), 0.7)
    spotted = x.clone()
    spotted[:, :, 28:36, 28:36] = 1.0
    assert float(unrest(x, x)) < 1e-4
    assert float(unrest(x, spotted)) > 0.01
    dark = torch.full((1, 3, 64, 64), -1.0)
    assert float(unrest(dark, spotted)) < 1e-4


@pytest.mark.parametrize("level", [-0.6, 0.7])
def test_even_areas_are_to_have_one_hue(level: float) -> None:
    x = torch.full((1, 3, 64, 64), level)
    patch = torch.tensor([0.3, -0.15, 0.0]).view(1, 3, 1, 1)
    patched = x.clone()
    patched[:, :, 28:36, 28:36] += patch - luma(patch)
    assert float(unrest(x, patched)) > 0.01
    assert float(unrest(patched * 2, patched)) < 0.5 * float(unrest(x, patched))


def test_hues_are_turned_and_luma_stays() -> None:
    pictures = torch.rand(2, 3, 8, 8)
    once = turned(pictures, torch.tensor([0.0, 2.0]))
    assert torch.allclose(once[0], pictures[0], atol=1e-6)
    assert (once[1] - pictures[1]).abs().mean() > 0.1
    assert torch.allclose(luma(once), luma(pictures), atol=1e-6)
    back = turned(once, torch.tensor([0.0, -2.0]))
    assert torch.allclose(back, pictures, atol=1e-5)


def test_who_judges_alone_sees_lit_photos_and_no_answer_to_a_pair() -> None:
    critics = Critics(4).eval()
    x, y, alone = (torch.rand(n, 3, 128, 128) for n in (3, 3, 1))
    pair, *others = critics(x, y, alone)
    assert len(pair) == 3
    assert [len(score) for score in others] == [1, 1]
    again = critics(x, 1 - y, alone)
    assert not torch.equal(pair, again[0])
    assert all(torch.equal(a, b) for a, b in zip(others, again[1:]))


def judged() -> list[torch.Tensor]:
    return [torch.rand(1, 3, 64, 64, generator=torch.Generator().manual_seed(0))]


def test_going_on_is_exact(tmp_path: Path) -> None:
    endless = dataclasses.replace(TINY, decay_from=1.0)
    train(endless, PICTURES, PICTURES, judged(), tmp_path / "whole")
    for steps in (2, 4):
        part = dataclasses.replace(endless, steps=steps)
        train(part, PICTURES, PICTURES, judged(), tmp_path / "parts")
    whole, parts = (
        torch.load(tmp_path / name / "checkpoint.pt", weights_only=True)
        for name in ("whole", "parts")
    )
    lines = (tmp_path / "parts/log.csv").read_text().splitlines()
    assert [line.split(",")[0] for line in lines] == ["step", "2", "4"]
    assert (tmp_path / "parts/step-000004.jpg").exists()
    for name in ("generator", "averaged", "critics"):
        for key, value in whole[name].items():
            assert torch.equal(value, parts[name][key]), (name, key)


def test_other_choices_do_not_go_on(tmp_path: Path) -> None:
    run = Run(TINY, torch.device("cpu"))
    run.save(tmp_path)
    other = Run(dataclasses.replace(TINY, l1=3.0), torch.device("cpu"))
    with pytest.raises(TrainingError, match=r"began with l1 15\.0"):
        other.load(tmp_path / "checkpoint.pt")


def test_it_can_begin_with_weights_that_were_not_told_of_light(tmp_path: Path) -> None:
    torch.manual_seed(1)
    old = Generator(4, resize_levels=8)
    save_file(old.state_dict(), tmp_path / "old.safetensors")
    run = Run(TINY, torch.device("cpu"))
    run.init_from(tmp_path / "old.safetensors")
    name = "down2.conv.0.weight"
    for network in (run.generator, run.averaged):
        assert torch.equal(network.state_dict()[name], old.state_dict()[name])


def test_the_precision_is_measured_without_a_trace(tmp_path: Path) -> None:
    given = dataclasses.replace(TINY, steps=2, decay_from=1.0)
    measured = dataclasses.replace(given, precision="auto")
    run = Run(measured, torch.device("cpu"))
    before = {name: value.clone() for name, value in run.generator.state_dict().items()}
    choose_precision(run, Batches(PICTURES, PICTURES, TINY)[0])
    assert run.precision in PRECISIONS
    for name, value in run.generator.state_dict().items():
        assert torch.equal(value, before[name]), name


def test_a_generator_learns_to_give_back_what_it_sees() -> None:
    """Every loss but L1 off: it falls on a batch that is seen again and again."""
    terms = ("adversarial", "features_loss", "obedience", "edges", "calm")
    off: dict[str, Any] = dict.fromkeys(terms, 0.0)
    run = Run(dataclasses.replace(TINY, steps=1000, rate=2e-3, **off), torch.device("cpu"))
    batch = Batches(PICTURES, PICTURES, TINY)[0]
    losses = [run.update(*batch)["l1"] for _ in range(12)]
    assert losses[-1] < 0.8 * losses[0]


def test_the_command_trains(tmp_path: Path, cli: CommandLine) -> None:
    for name, kind in (("neon", 1), ("photos", 2)):
        (tmp_path / name).mkdir()
        for number in range(2):
            Image.fromarray(picture(10 * kind + number)).save(
                tmp_path / f"{name}/{number}{name}.png"
            )
    (tmp_path / "list.txt").write_text("photos/0photos.png\n")
    command = ["train-neon", "neon", "--photos", "photos", "--holdout", "list.txt", "--judged", "."]
    sizes = "--size 128 --smallest-crop 64 --short-side 80 --features 4 --critic-features 4"
    rest = "--steps 1 --workers 0 --threads 1 --precision float32 -o run"
    assert cli(*command, *sizes.split(), *rest.split()) == 0
    assert {path.name for path in Path("run").iterdir()} == {
        "checkpoint.pt", "log.csv", "step-000001.jpg", "step-000001.safetensors"
    }  # fmt: skip
