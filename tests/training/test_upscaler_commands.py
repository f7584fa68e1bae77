"""Training of upscalers through the command line."""

import shutil
from pathlib import Path

import pytest
from PIL import Image

from tests.model_layer.command_line import CommandLine
from tests.training.pictures import save
from training.commands import parse_parameter
from training.contenders import recipe_of
from training.upscaler_recipe import Sampling, UpscalerRecipe

SHORT = ("--patch", 8, "--batch", 2, "--steps", 2, "--every", 1)


@pytest.fixture(autouse=True)
def _photos(cli: CommandLine) -> None:
    save(Path("photos"), (90, 70))
    save(Path("judge"), (40, 32))


def test_every_option_reaches_the_recipe(cli: CommandLine) -> None:
    code = cli(
        "train-upscaler", "photos", "--val", "judge", "-o", "run", *SHORT,
        "--scale", 3, "--architecture", "pan", "--parameter", "nb=1", "--parameter", "nf=8",
        "--parameter", "unf=4", "--parameter", "bam=false", "--degrade", "--sampling", "uniform",
        "--size", "1", "--size", "0.8", "--learning-rate", "1e-3", "--seed", 7, "--full-precision",
    )  # fmt: skip
    assert code == 0, cli.errors
    assert recipe_of(Path("run/best.safetensors")) == UpscalerRecipe(
        scale=3,
        architecture="pan",
        options={"nb": 1, "nf": 8, "unf": 4, "bam": False},
        patch=8,
        batch=2,
        steps=2,
        every=1,
        learning_rate=1e-3,
        seed=7,
        sampling=Sampling.UNIFORM,
        sizes=(1.0, 0.8),
        degrade=True,
        mixed_precision=False,
    )


def test_the_default_is_a_small_edsr(cli: CommandLine) -> None:
    code = cli("train-upscaler", "photos", "--val", "judge", "-o", "run", *SHORT,
               "--parameter", "n_resblocks=1")  # fmt: skip
    assert code == 0, cli.errors
    found = recipe_of(Path("run/best.safetensors"))
    assert found.architecture == "edsr"
    assert found.options == {"n_resblocks": 1, "n_feats": 32}
    assert found.sampling is Sampling.DETAIL


def test_curves_of_several_runs(cli: CommandLine) -> None:
    for sampling in Sampling:
        code = cli("train-upscaler", "photos", "--val", "judge", "-o", sampling, *SHORT,
                   "--parameter", "n_resblocks=1", "--parameter", "n_feats=4",
                   "--sampling", sampling)  # fmt: skip
        assert code == 0, cli.errors
    assert cli("training-curves", "uniform", "detail", "-o", "curves.png") == 0
    with Image.open("curves.png") as curves:
        assert curves.format == "PNG"
    with Image.open("curves.png") as curves:
        height = curves.height
    shutil.copytree("detail", "older/detail")
    assert cli("training-curves", "detail", "older/detail", "-o", "curves.png") == 0
    with Image.open("curves.png") as curves:
        assert curves.height == height, "two runs of one name are still two"
    assert cli("training-curves", "photos", "-o", "curves.png") == 2
    assert "log.csv" in cli.errors[-1]


@pytest.mark.parametrize(
    ("options", "error"),
    [
        (["--architecture", "swin"], "unknown architecture 'swin'"),
        (["--parameter", "depth=3"], "depth is not known"),
        (["--steps", "0"], "steps must be positive"),
        (["--seed", "-1"], "seed must not be negative"),
        (["--start", "none.safetensors"], "none.safetensors"),
        (["--size", "0.01"], "shrunk to 0.01"),
    ],
)
def test_what_cannot_be_trained_is_said_in_a_line(
    cli: CommandLine, options: list[str], error: str
) -> None:
    code = cli("train-upscaler", "photos", "--val", "judge", "-o", "run", *SHORT, *options)
    assert code == 2
    assert cli.errors[-1].startswith("error: ")
    assert error in cli.errors[-1]
    assert not Path("run").exists()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("n_feats=32", ("n_feats", 32)),
        ("res_scale=0.1", ("res_scale", 0.1)),
        ("bam=True", ("bam", True)),
        ("x=-2", ("x", -2)),
    ],
)
def test_parameters_are_numbers_or_switches(text: str, expected: tuple[str, object]) -> None:
    found = parse_parameter(text)
    assert found == expected
    assert type(found[1]) is type(expected[1])


@pytest.mark.parametrize("text", ["", "n_feats", "=3", "n_feats=many", "n_feats="])
def test_something_else_is_no_parameter(text: str) -> None:
    with pytest.raises(ValueError, match="NAME=NUMBER"):
        parse_parameter(text)
