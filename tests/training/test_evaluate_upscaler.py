"""The protocol of the papers, through the functions and through the command line."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from skimage import data
from skimage.metrics import peak_signal_noise_ratio, structural_similarity

from model_layer.upscaling import bicubic
from model_layer.upscaling.psnr import luma
from tests.model_layer.command_line import CommandLine
from tests.model_layer.upscaling.test_bicubic import imresize
from tests.training.pictures import ByteArray, noise, save
from tests.training.runs import trained
from training.contenders import Contender
from training.crop_sheet import SIDE, ZOOM
from training.degradation import recompress
from training.evaluate_upscaler import BICUBIC, Score, evaluate, papers_bicubic, perceptual

SET5 = ("baby", "bird", "butterfly", "head", "woman")


NEAREST = Contender(
    "nearest", 2, 1, lambda image: image.resize((image.width * 2, image.height * 2), 0)
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a photo whose sides are odd."""
    (tmp_path / "sharp").mkdir()
    Image.fromarray(data.astronaut()[100:161, 150:225]).save(tmp_path / "sharp" / "a.png")
    return tmp_path / "sharp"


def score(high: ByteArray, result: ByteArray, shave: int) -> Score:
    """With scikit-image, from bytes."""
    inner = slice(shave, -shave)
    first, second = luma(high)[inner, inner], luma(result)[inner, inner]
    return Score(
        peak_signal_noise_ratio(first, second, data_range=255),
        structural_similarity(
            first, second, data_range=255,
            gaussian_weights=True, sigma=1.5, use_sample_covariance=False,
        ),
    )  # fmt: skip


@pytest.mark.parametrize("quality", [None, 70])
def test_an_evaluation_follows_the_protocol(folder: Path, quality: int | None) -> None:
    found = evaluate([NEAREST], [folder], 2, quality)
    (picture,) = found.pictures
    high = data.astronaut()[100:160, 150:224]  # sides that divide by the scale
    low = bicubic.shrink(high, 2)
    if quality:
        low = recompress(low, quality)
    assert picture.name == "a.png"
    for name, result in (
        (BICUBIC, bicubic.enlarge(low, 2)),
        ("nearest", low.repeat(2, axis=0).repeat(2, axis=1)),
    ):
        expected = score(high, result, 2)
        assert picture.scores[name].psnr == pytest.approx(expected.psnr)
        assert picture.scores[name].ssim == pytest.approx(expected.ssim)
        assert found.mean(name) == picture.scores[name]
    assert found.mean(BICUBIC).psnr > found.mean("nearest").psnr + 0.5
    assert perceptual(high, high) == pytest.approx(0, abs=1e-3)
    for name in (BICUBIC, "nearest"):
        assert (picture.scores[name].distance or 0) > 1


def test_recompressed_inputs_are_harder(folder: Path) -> None:
    qualities = [None, 90, 70, 30]
    found = [evaluate([], [folder], 2, quality).mean(BICUBIC).psnr for quality in qualities]
    assert found == sorted(found, reverse=True)


@pytest.mark.parametrize("scale", [2, 3, 4])
def test_bicubic_of_the_papers_is_matlabs(scale: int) -> None:
    """rgb2ycbcr, imresize down and up in floating point, rounded at the end."""
    high = data.astronaut()[150:186, 180:228]
    y = np.floor(luma(high) + 0.5)
    low = imresize(y, 36 // scale, 48 // scale, rounded=False)
    large = np.clip(np.round(imresize(low, 36, 48, rounded=False)), 0, 255)
    inner = slice(scale, -scale)
    found = papers_bicubic(high, scale)
    first, second = y[inner, inner], large[inner, inner]
    assert found.psnr == pytest.approx(peak_signal_noise_ratio(first, second, data_range=255))
    expected = structural_similarity(
        first, second, data_range=255,
        gaussian_weights=True, sigma=1.5, use_sample_covariance=False,
    )  # fmt: skip
    assert found.ssim == pytest.approx(expected)


def test_the_mean_is_over_pictures(tmp_path: Path) -> None:
    save(tmp_path, (40, 32), (64, 64))
    found = evaluate([], [tmp_path], 2)
    scores = [picture.scores[BICUBIC].psnr for picture in found.pictures]
    assert scores[0] != scores[1]
    assert found.mean(BICUBIC).psnr == pytest.approx(np.mean(scores))
    assert found.papers.ssim == pytest.approx(np.mean([p.papers.ssim for p in found.pictures]))


def test_a_picture_that_is_too_small_is_named(tmp_path: Path) -> None:
    save(tmp_path, (16, 16))
    with pytest.raises(ValueError, match=r"0\.png: too small for SSIM: 8×8 pixels"):
        evaluate([], [tmp_path], 4)


def test_a_broken_picture_is_named(tmp_path: Path) -> None:
    (tmp_path / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    with pytest.raises(ValueError, match=r"broken\.png: "):
        evaluate([], [tmp_path], 2)


def test_the_command_judges_every_scale(cli: CommandLine, folder: Path) -> None:
    assert cli("evaluate-upscaler", folder) == 0
    for scale in (2, 3, 4):
        assert f"## ×{scale}, 1 picture\n" in cli.out
        assert f"| edsr-x{scale} " in cli.out
    assert "edsr-base" not in cli.out  # figures for other pictures say nothing here


def test_the_command_judges_what_it_is_told_to(cli: CommandLine, folder: Path) -> None:
    code = cli("evaluate-upscaler", folder, "--scale", 2, "--scale", 4, "--model", "edsr-x4",
               "--each", "--sheet", "sheet.png")  # fmt: skip
    assert code == 0
    assert "×2" not in cli.out
    assert [line for line in cli.out.splitlines() if line.startswith("| a.png ")]
    with Image.open("sheet.png") as sheet:
        assert sheet.width > 2 * SIDE * ZOOM
        assert sheet.width < 4 * SIDE * ZOOM


def test_the_command_recompresses_inputs(cli: CommandLine, folder: Path) -> None:
    assert cli("evaluate-upscaler", folder, "--scale", 2) == 0
    clean = cli.out
    assert cli("evaluate-upscaler", folder, "--scale", 2, "--degraded", "--quality", 70) == 0
    assert "inputs recompressed: JPEG 70, 4:2:0" in cli.out
    assert "papers" in clean
    assert "papers" not in cli.out  # whose figures are of clean inputs


def test_the_command_judges_a_training(cli: CommandLine, folder: Path, tmp_path: Path) -> None:
    run = trained(tmp_path / "trained")
    assert cli("evaluate-upscaler", folder, "--run", run) == 0
    assert "| trained " in cli.out
    assert "edsr-x2" not in cli.out
    assert cli("evaluate-upscaler", folder, "--run", run, "--model", "edsr-x2") == 0
    assert "| trained " in cli.out
    assert "| edsr-x2 " in cli.out
    assert cli("evaluate-upscaler", folder, "--run", run, "--run", run) == 2
    assert cli.errors == ["error: two runs are in folders of the same name"]


def test_set5_is_shown_beside_published_figures(cli: CommandLine, tmp_path: Path) -> None:
    for number, name in enumerate(SET5):
        Image.fromarray(noise(40, 40, number)).save(tmp_path / f"{name}_GT.png")
    assert cli("evaluate-upscaler", tmp_path, "--scale", 2) == 0
    (line,) = [line for line in cli.out.splitlines() if "edsr-base" in line]
    assert "38.02 | 0.9607" in line
    assert "https://github.com/eugenesiow/super-image" in cli.out


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (["none"], "error: no pictures in none"),
        (["sharp", "--model", "other"], "holds no upscaler other"),
        (["sharp", "--run", "none"], "none"),
        (["sharp", "--scale", "2", "--model", "edsr-x3"], "error: no upscaler ×2 to judge"),
    ],
)
def test_what_cannot_be_judged_is_named(
    cli: CommandLine, folder: Path, arguments: list[str], error: str
) -> None:
    (folder.parent / "none").mkdir()
    assert cli("evaluate-upscaler", *arguments) == 2
    assert error in cli.errors[-1]
