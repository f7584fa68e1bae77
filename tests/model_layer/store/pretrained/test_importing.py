"""The command import: generators of other trainings."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import load_file
from torch import Tensor

from model_layer.effects import Neon
from model_layer.networks.pix2pix import Generator
from model_layer.store.store import ModelStore
from tests.model_layer.command_line import CommandLine, draw, names, pixels
from tests.model_layer.conftest import random_weights
from tests.model_layer.store.pretrained.checkpoints import saved

LICENCE = ("--licence", "CC-BY-4.0")
FEATURES = 8
DISCRIMINATOR = dict.fromkeys(("initial.0.weight", "model.0.0.weight"), torch.zeros(4, 6, 4, 4))


@pytest.fixture
def weights() -> dict[str, Tensor]:
    return random_weights("pix2pix", {"features": FEATURES})


def checkpoint(content: Any, *, legacy: bool = False) -> Path:
    path = Path("generator.pth")
    path.write_bytes(saved(content, legacy=legacy))
    return path


@pytest.mark.parametrize("legacy", [False, True])
def test_the_result_is_that_of_the_original(
    cli: CommandLine, weights: dict[str, Tensor], legacy: bool
) -> None:
    original = Generator(FEATURES)
    original.load_state_dict(weights)
    file = checkpoint({"state_dict": original.state_dict(), "optimizer": {}}, legacy=legacy)
    assert cli("import", file, "--name", "student", *LICENCE) == 0
    assert cli.errors == []
    loaded = ModelStore.from_folder(Path(cli.weights)).load(Neon())
    x = torch.rand(1, 3, 256, 512, generator=torch.Generator().manual_seed(1)) * 2 - 1
    with torch.no_grad():
        assert torch.equal(loaded.module(x), original.eval()(x))


def test_what_was_imported_runs(cli: CommandLine, weights: dict[str, Tensor]) -> None:
    assert cli("import", checkpoint(weights), "--name", "student", *LICENCE) == 0
    draw(Path("photo.png"))
    assert cli("neon", "photo.png", "--strength", "max", "-o", "lit.png") == 0
    assert not np.array_equal(pixels(Path("lit.png")), pixels(Path("photo.png")))
    with Image.open("lit.png") as lit, Image.open("photo.png") as photo:
        assert lit.size == photo.size


def test_entry_and_card_say_what_it_is(cli: CommandLine, weights: dict[str, Tensor]) -> None:
    file = checkpoint({f"module.{key}": value for key, value in weights.items()})
    assert cli("import", file, "--name", "student", *LICENCE, "--into", "own") == 0
    assert names(Path("own")) == {"manifest.json", "student.safetensors", "student.md"}
    (model,) = ModelStore.from_folder(Path("own")).manifest.models
    assert (model.name, model.effect, model.scale) == ("student", "neon", 1)
    assert (model.architecture, model.parameters) == ("pix2pix", {"features": FEATURES})
    assert model.licence == "CC-BY-4.0"
    card = Path("own/student.md").read_text()
    assert card.startswith("# student\n")
    assert "`generator.pth`" in card
    assert "CC-BY-4.0" in card
    first, second = cli.out.splitlines()
    assert first.startswith("student: student.safetensors, ")
    assert model.sha256 in first
    assert second == "  default for neon: student"


def test_half_precision_when_asked(cli: CommandLine, weights: dict[str, Tensor]) -> None:
    assert cli("import", checkpoint(weights), "--name", "student", *LICENCE, "--half") == 0
    stored = load_file(Path(cli.weights) / "student.safetensors")
    assert stored["final_up.0.weight"].dtype == torch.float16


def test_the_default_stays_unless_another_is_asked_for(
    cli: CommandLine, weights: dict[str, Tensor]
) -> None:
    file = checkpoint(weights)
    store = Path(cli.weights)
    assert cli("import", file, "--name", "first", *LICENCE) == 0
    assert cli("import", file, "--name", "second", *LICENCE) == 0
    assert cli.out.splitlines()[1] == (
        "  default for neon: first; --default would make it this one"
    )
    assert ModelStore.from_folder(store).model(Neon()).name == "first"
    assert cli("import", file, "--name", "third", *LICENCE, "--default") == 0
    assert ModelStore.from_folder(store).model(Neon()).name == "third"
    listed = [model.name for model in ModelStore.from_folder(store).manifest.models]
    assert listed == ["third", "first", "second"]


def test_a_name_that_is_taken(cli: CommandLine, weights: dict[str, Tensor]) -> None:
    file = checkpoint(weights)
    assert cli("import", file, "--name", "student", *LICENCE) == 0
    before = {path: path.read_bytes() for path in Path(cli.weights).iterdir()}
    checkpoint(random_weights("pix2pix", {"features": 4}))
    assert cli("import", file, "--name", "student", *LICENCE) == 2
    assert cli.errors == [
        f"error: {cli.weights} has a model student already; --replace puts this in its place"
    ]
    assert {path: path.read_bytes() for path in Path(cli.weights).iterdir()} == before
    assert cli("import", file, "--name", "student", *LICENCE, "--replace") == 0
    (model,) = ModelStore.from_folder(Path(cli.weights)).manifest.models
    assert model.parameters == {"features": 4}


def wide() -> dict[str, Tensor]:
    """Says that it is too wide for any memory, in a small file."""
    levels = [f"up{level}.conv.0.weight" for level in range(1, 8)] + ["final_up.0.weight"]
    first = {"initial_down.0.weight": torch.zeros(5000, 3, 4, 4, dtype=torch.float16)}
    return first | {level: torch.zeros(1, 1, 4, 4) for level in levels}


def without(key: str) -> dict[str, Tensor]:
    kept = random_weights("pix2pix", {"features": 4})
    del kept[key]
    return kept


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (DISCRIMINATOR, "these are the weights of the discriminator; the generato"),
        ({"head.0.weight": torch.ones(4, 3, 3, 3)}, "not the weights of a Pix2Pix generator"),
        (without("down3.conv.1.running_mean"), "down3.conv.1.running_mean is missing"),
        (
            without("down3.conv.1.running_mean") | {"extra": torch.ones(1)},
            "down3.conv.1.running_mean is missing; extra is not known",
        ),
        (
            without("up2.conv.0.weight") | {"up2.conv.0.weight": torch.ones(4, 4, 4, 4)},
            "up2.conv.0.weight has shape (4, 4, 4, 4) instead of (64, 32, 4, 4)",
        ),
        (wide(), "5000 features, not 1 to 256"),
        ({"initial_down.0.weight": torch.tensor(1.0)}, "not the weights of a Pix2Pix generator"),
        (
            without("initial_down.0.weight") | {"initial_down.0.weight": torch.tensor(1.0)},
            "not the weights of a Pix2Pix generator",
        ),
    ],
    ids=range(8),
)
def test_other_weights(cli: CommandLine, content: Any, message: str) -> None:
    assert cli("import", checkpoint(content), "--name", "student", *LICENCE) == 2
    (line,) = cli.errors
    assert line.startswith(f"error: generator.pth: {message}")
    assert not Path(cli.weights).exists()


def test_weights_that_are_no_numbers(cli: CommandLine, weights: dict[str, Tensor]) -> None:
    weights["final_up.0.bias"][0] = torch.nan
    assert cli("import", checkpoint(weights), "--name", "student", *LICENCE) == 2
    assert cli.errors == ["error: student: final_up.0.bias holds values that are not finite"]
    assert not Path(cli.weights).exists()


@pytest.mark.parametrize("name", ["../escape", "", ".hidden", "a/b"])
def test_a_name_that_is_none(cli: CommandLine, weights: dict[str, Tensor], name: str) -> None:
    assert cli("import", checkpoint(weights), "--name", name, *LICENCE) == 2
    (line,) = cli.errors
    assert f"{name!r} cannot be the name of a model" in line
    assert names(Path()) == {"generator.pth"}


def test_a_file_that_is_not_there(cli: CommandLine) -> None:
    assert cli("import", "no.pth", "--name", "student", *LICENCE) == 2
    (line,) = cli.errors
    assert "no.pth" in line


def test_into_a_bucket(cli: CommandLine, weights: dict[str, Tensor]) -> None:
    cli.weights = "s3://bucket/prefix"
    assert cli("import", checkpoint(weights), "--name", "student", *LICENCE) == 2
    (line,) = cli.errors
    assert "name a folder" in line


def test_a_broken_manifest_is_left_alone(cli: CommandLine, weights: dict[str, Tensor]) -> None:
    Path(cli.weights).mkdir()
    manifest = Path(cli.weights) / "manifest.json"
    manifest.write_text(json.dumps({"version": 9}))
    assert cli("import", checkpoint(weights), "--name", "student", *LICENCE) == 2
    assert names(Path(cli.weights)) == {"manifest.json"}
