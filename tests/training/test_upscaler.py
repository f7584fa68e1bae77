"""Whole runs of the upscaler's training, with networks and photos that take seconds."""

import shutil
import signal
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import save_file
from torch import Tensor, nn

from model_layer.networks.registry import UnknownArchitectureError, build, load_strictly
from tests.model_layer.command_line import CommandLine
from tests.training.pictures import ByteArray, noise, plain, save
from training import upscaler
from training.degradation import recompress
from training.frame import Figures
from training.upscaler import MARGIN, Patches, Run, Settings, Validation, enlarge, train

SETTINGS = Settings(
    parameters='{"channels": 8, "blocks": 1}',
    patch=12,
    batch=2,
    steps=4,
    every=3,
    ema=0.9,
    sides="90,60",
    squared_share=0.25,
    precision="float32",
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folders of pictures: photos, judge."""
    root = tmp_path_factory.mktemp("pictures")
    save(root / "photos", (70, 60), (60, 90), (20, 20))  # the last is smaller than a patch
    (root / "photos" / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    save(root / "judge", (41, 33))
    return root


@pytest.fixture(scope="module")
def finished(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a run that was never interrupted."""
    out = tmp_path_factory.mktemp("runs") / "uninterrupted"
    run(folder, out)
    return out


def run(
    folder: Path, out: Path, settings: Settings = SETTINGS, init_from: Path | None = None
) -> None:
    train([folder / "photos"], [folder / "judge"], out, settings, init_from=init_from)


def checkpoint(out: Path) -> dict[str, Any]:
    state: dict[str, Any] = torch.load(out / "checkpoint.pt", weights_only=True)
    return state


def log(out: Path) -> list[str]:
    return (out / "log.csv").read_text().splitlines()


def half_detailed(side: int = 160) -> ByteArray:
    """Flat on the left, noise on the right."""
    picture = plain((120, 130, 140), side).copy()
    rng = np.random.default_rng(0)
    picture[:, side // 2 :] = rng.integers(0, 256, (side, side - side // 2, 3))
    return picture


# ---- runs


def test_a_run_leaves_a_checkpoint_and_a_log(folder: Path, finished: Path) -> None:
    assert {path.name for path in finished.iterdir()} == {"checkpoint.pt", "log.csv"}
    head, *lines = log(finished)
    assert head == "step,seconds,loss,judge"
    assert [line.split(",")[0] for line in lines] == ["3", "4"]
    network = build("one-stride", {"scale": 2, "channels": 8, "blocks": 1}).module
    load_strictly(network, checkpoint(finished)["averaged"])
    judge = Validation.read(folder / "judge", SETTINGS)
    assert judge.psnr(network) == pytest.approx(float(lines[-1].split(",")[3]))


@pytest.mark.parametrize(
    ("number", "step", "changed"),
    [
        (signal.SIGINT, 1, {}),
        (signal.SIGTERM, 3, {"reparameterise": True}),
        (signal.SIGTERM, 2, {"inputs": "compressed", "look": "crisp", "adversarial_weight": 0.1}),
    ],
)
def test_a_stopped_run_ends_as_one_that_was_not(
    number: signal.Signals, step: int, changed: dict[str, Any], folder: Path, tmp_path: Path
) -> None:
    settings = replace(SETTINGS, **changed)
    whole, parts = tmp_path / "whole", tmp_path / "parts"
    run(folder, whole, settings)
    real = upscaler.train_step

    def stopped(training: Run, x: Tensor, y: Tensor) -> Figures:
        if training.step + 1 == step:
            signal.raise_signal(number)
        return real(training, x, y)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(upscaler, "train_step", stopped)
        run(folder, parts, settings)
    assert checkpoint(parts)["step"] == step

    torch.manual_seed(99)  # whatever happens in between
    run(folder, parts, settings)
    expected, found = checkpoint(whole), checkpoint(parts)
    assert found["step"] == expected["step"] == 4
    for part in {"network", "averaged", "discriminator"} & expected.keys():
        for key, value in expected[part].items():
            assert torch.equal(found[part][key], value), f"{part}.{key}"


@pytest.mark.parametrize(
    ("architecture", "parameters"),
    [("edsr", '{"n_resblocks": 1, "n_feats": 4}'), ("pan", '{"nb": 1, "nf": 8, "unf": 4}')],
)
@pytest.mark.parametrize("reparameterise", [False, True])
def test_networks_of_super_image_learn(
    architecture: str, parameters: str, reparameterise: bool, folder: Path, tmp_path: Path
) -> None:
    settings = replace(
        SETTINGS, architecture=architecture, parameters=parameters, reparameterise=reparameterise
    )
    run(folder, tmp_path, replace(settings, steps=2))
    fresh = Run(settings, torch.device("cpu")).averaged.state_dict()
    trained = checkpoint(tmp_path)["averaged"]
    assert trained.keys() == fresh.keys()
    still = {name for name in fresh if torch.equal(fresh[name], trained[name])}
    assert all(name.startswith(("sub_mean", "add_mean")) for name in still), still


@pytest.mark.parametrize("reparameterise", [False, True])
@pytest.mark.parametrize("suffix", [".pt", ".safetensors"])
def test_a_run_can_start_from_another_scale(
    reparameterise: bool, suffix: str, folder: Path, finished: Path, tmp_path: Path
) -> None:
    there = checkpoint(finished)["averaged"]
    file = tmp_path / f"start{suffix}"
    if suffix == ".pt":
        shutil.copy(finished / "checkpoint.pt", file)
    else:
        save_file({name: value.contiguous() for name, value in there.items()}, file)
    settings = replace(SETTINGS, scale=3, reparameterise=reparameterise)
    training = Run(settings, torch.device("cpu"))
    training.init_from(file)
    found = training.averaged.state_dict()
    for name, value in there.items():
        if not name.startswith("tail"):
            torch.testing.assert_close(found[name], value)
    x = torch.rand(1, 3, 6, 6)
    torch.testing.assert_close(training.network(x), training.averaged(x))


def test_weights_of_another_network_are_refused(folder: Path, tmp_path: Path) -> None:
    save_file({"layer": torch.zeros(1)}, tmp_path / "other.safetensors")
    with pytest.raises(ValueError, match="no layer of its trunk fits"):
        run(folder, tmp_path / "run", init_from=tmp_path / "other.safetensors")
    assert not (tmp_path / "run").exists()


def test_networks_that_do_not_exist_are_refused(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(UnknownArchitectureError, match="swin"):
        run(folder, tmp_path, replace(SETTINGS, architecture="swin"))


def test_training_lowers_the_loss() -> None:
    training = Run(replace(SETTINGS, steps=60, learning_rate=5e-3), torch.device("cpu"))
    coarse = torch.rand(2, 3, 6, 6, generator=torch.Generator().manual_seed(0))
    y = nn.functional.interpolate(coarse, size=24, mode="bilinear")
    x = nn.functional.avg_pool2d(y, 2)
    losses = [upscaler.train_step(training, x, y)["loss"] for _ in range(45)]
    assert losses[-1] < 0.5 * losses[0]


def test_crisp_training_asks_for_more_than_the_photo_has() -> None:
    x, y = torch.rand(2, 3, 16, 16), torch.rand(2, 3, 32, 32)
    losses = []
    for look in ("faithful", "crisp"):
        torch.manual_seed(0)
        training = Run(replace(SETTINGS, look=look, sharpen=3.0), torch.device("cpu"))
        losses.append(upscaler.train_step(training, x, y)["loss"])
    assert losses[1] > 1.05 * losses[0]


def test_crisp_training_teaches_network_and_discriminator() -> None:
    settings = replace(SETTINGS, look="crisp", discriminator_features=8, adversarial_weight=1e3)
    training = Run(settings, torch.device("cpu"))
    before = {name: value.clone() for name, value in training.discriminator.named_parameters()}
    x, y = torch.rand(2, 3, 16, 16), torch.rand(2, 3, 32, 32)
    losses = upscaler.train_step(training, x, y)
    assert losses["discriminator"] == pytest.approx(0.69, abs=0.4)
    for name, value in training.discriminator.named_parameters():
        assert not torch.equal(value, before[name]), name
    taught = training.averaged.state_dict()["tail.weight"]
    alone = Run(replace(settings, adversarial_weight=0.0), torch.device("cpu"))
    upscaler.train_step(alone, x, y)
    assert not torch.equal(alone.averaged.state_dict()["tail.weight"], taught)


# ---- patches


@pytest.mark.parametrize("scale", [2, 3, 4])
def test_patches_are_the_shrunk_and_the_original(scale: int) -> None:
    patches = Patches([noise(150, 130)], replace(SETTINGS, scale=scale))
    x, y = patches.batch(0)
    assert x.shape == (2, 3, 12, 12)
    assert y.shape == (2, 3, 12 * scale, 12 * scale)
    high = Image.fromarray((y[0].permute(1, 2, 0).numpy() * 255).round().astype(np.uint8))
    shrunk = np.asarray(high.resize((12, 12), Image.Resampling.BICUBIC), int)
    low = (x[0].permute(1, 2, 0).numpy() * 255).round()
    inside = slice(3, -3)  # at the border, the pixels outside of the patch show
    assert np.abs(shrunk - low)[inside, inside].max() <= 1


def test_compressed_inputs_show_the_same_places() -> None:
    photos = [noise(90, 70, seed) for seed in range(2)]
    clean = Patches(photos, SETTINGS)
    compressed = Patches(photos, replace(SETTINGS, inputs="compressed"))
    same = turned = 0.0
    for step in range(10):
        assert torch.equal(clean.batch(step)[1][0], compressed.batch(step)[1][0])
        x, y = compressed.batch(step)
        shrunk = nn.functional.avg_pool2d(y, 2)
        same += float((x - shrunk).abs().mean())
        turned += float((x - shrunk.flip(3)).abs().mean())
    assert 0 < same < turned / 2


def test_patches_lie_where_bicubic_errs() -> None:
    patches = Patches([half_detailed()], SETTINGS)
    detailed = [bool(patches.batch(step)[1][0].std() > 0.1) for step in range(50)]
    assert np.mean(detailed) > 0.95


def test_a_rough_photo_does_not_crowd_out_a_smooth_one() -> None:
    smooth = (noise(90, 90) // 32 + 112).astype(np.uint8)
    patches = Patches([noise(90, 90), smooth], SETTINGS)
    rough = [bool(patches.batch(step)[1][0].std() > 0.1) for step in range(60)]
    assert 0.3 < np.mean(rough) < 0.7


def test_brightness_counts_for_more_than_colour() -> None:
    colour = torch.tensor([0.114, 0.0, -0.299]).view(1, 3, 1, 1).expand(1, 3, 4, 4)  # of no luma
    grey = colour.abs().mean().expand(1, 3, 4, 4)
    found = [float(upscaler._error(d, Tensor.abs, 0.8)) for d in (colour, grey)]
    assert found[1] == pytest.approx(5 * found[0], rel=1e-3)


def test_a_photo_as_large_as_a_patch_with_its_margin_has_one_place_and_eight_turns() -> None:
    side = 2 * (12 + 2 * MARGIN)
    patches = Patches([noise(side, side), noise(side - 1, side)], SETTINGS)
    assert len({y.numpy().tobytes() for step in range(60) for y in patches.batch(step)[1]}) == 8


def test_a_batch_depends_on_seed_and_step_alone() -> None:
    photos = [noise(90, 70, seed) for seed in range(3)]
    patches, again = Patches(photos, SETTINGS), Patches(photos, SETTINGS)
    later, earlier = patches.batch(7), patches.batch(3)
    for part in range(2):
        assert torch.equal(again.batch(3)[part], earlier[part])
        assert torch.equal(again.batch(7)[part], later[part])
    assert not torch.equal(earlier[0], later[0])
    other = Patches(photos, replace(SETTINGS, seed=1))
    assert not torch.equal(other.batch(3)[0], earlier[0])


def test_photos_smaller_than_a_patch_are_an_error() -> None:
    with pytest.raises(ValueError, match="no photo has 56 pixels"):
        Patches([noise(90, 55)], SETTINGS)


def test_photos_are_read_at_every_size(folder: Path) -> None:
    photos = list(upscaler.load_photos([folder / "photos" / "1.png"], [60, 2000]))
    assert [photo.shape[:2] for photo in photos] == [(60, 40), (90, 60)]


# ---- judging


class Nearest(nn.Module):
    """Not a network, but enlarges twofold."""

    def __init__(self) -> None:
        super().__init__()
        self.unused = nn.Parameter(torch.zeros(1))

    def forward(self, x: Tensor) -> Tensor:
        return nn.functional.interpolate(x, scale_factor=2)


def test_enlarge_is_the_network_on_bytes() -> None:
    picture = noise(20, 16)
    expected = picture.repeat(2, 0).repeat(2, 1)
    assert np.array_equal(enlarge(Nearest(), picture), expected)


def test_training_on_compressed_inputs_is_judged_on_such(folder: Path) -> None:
    clean = Validation.read(folder / "judge", SETTINGS)
    compressed = Validation.read(folder / "judge", replace(SETTINGS, inputs="compressed"))
    assert np.array_equal(clean.high[0], compressed.high[0])
    assert np.array_equal(recompress(clean.low[0], upscaler.JUDGED_QUALITY), compressed.low[0])


def test_an_exact_result_does_not_outweigh_all_others(tmp_path: Path) -> None:
    save(tmp_path / "one", (41, 33))
    alone = Validation.read(tmp_path / "one", SETTINGS).psnr(Nearest())
    Image.new("RGB", (32, 32), "white").save(tmp_path / "one" / "white.png")
    together = Validation.read(tmp_path / "one", SETTINGS).psnr(Nearest())
    assert together == pytest.approx((alone + upscaler.EXACT) / 2)


# ---- the command


def test_every_setting_is_an_option(folder: Path, cli: CommandLine) -> None:
    photos, judge = folder / "photos", folder / "judge"
    command = ["train-upscaler", photos, "--val", judge, judge, "-o", "run", "--patch", "12"]
    parameters = ["--parameters", '{"channels": 8, "blocks": 1}', "--steps", "1", "--batch", "1"]
    assert cli(*command, *parameters, "--sides", "90", "--reparameterise") == 0
    found = checkpoint(Path("run"))["settings"]
    assert (found["patch"], found["steps"], found["reparameterise"]) == (12, 1, True)
    assert found["learning_rate"] == Settings().learning_rate


@pytest.mark.parametrize(
    ("option", "value", "message"),
    [
        ("--patch", "0", "patch must be positive"),
        ("--ema", "2", "ema must be between 0 and 1"),
        ("--look", "nice", "'nice'"),
        ("--parameters", "[]", "a JSON object"),
    ],
)
def test_settings_out_of_range_are_refused(
    option: str, value: str, message: str, cli: CommandLine
) -> None:
    assert cli("train-upscaler", "photos", "--val", "judge", "-o", "run", option, value) == 2
    (line,) = cli.errors
    assert message in line
