"""The command add: weights fresh from a training."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import load_file, save_file

from model_layer.__main__ import main
from model_layer.effects import Look, Neon, Upscale
from model_layer.networks.pix2pix import Generator
from model_layer.store.manifest import Inputs, Model
from model_layer.store.store import ModelStore
from tests.model_layer.command_line import CommandLine, names, pixels
from tests.model_layer.conftest import random_weights
from tests.training.pictures import save
from tests.training.runs import TINY, trained
from training import neon
from training.upscaler import Settings

EDSR = {"scale": 3, "n_resblocks": 1, "n_feats": 4}
NEON, OTHER = Path("neon.safetensors"), Path("other.safetensors")
LICENCE = ("--licence", "MIT")


@pytest.fixture(autouse=True)
def _own_folder(cli: CommandLine, tmp_path: Path) -> None:
    """Begin with a folder of weights that does not exist yet."""
    cli.weights = tmp_path / "weights"
    save_file(random_weights("pix2pix", {"features": 4}), NEON)


def models(cli: CommandLine) -> list[Model]:
    return list(ModelStore.from_folder(Path(cli.weights)).manifest.models)


@pytest.mark.parametrize("levels", [0, 8])
def test_a_generator_says_itself_what_it_is(cli: CommandLine, levels: int) -> None:
    save_file(Generator(4, resize_levels=levels).state_dict(), OTHER)
    assert cli("add", OTHER, "--name", "own", *LICENCE, "--half") == 0
    (model,) = models(cli)
    expected = {"features": 4} | ({"resize_levels": 8} if levels else {})
    assert (model.effect, model.architecture, model.parameters) == ("neon", "pix2pix", expected)
    assert cli.out.splitlines() == [
        f"own: own.safetensors, {model.bytes / 1e6:.1f} MB, SHA-256 {model.sha256}",
        "  default for neon: own",
        f"  card: {cli.weights}/own.md",
    ]
    stored = load_file(Path(cli.weights) / model.file)
    assert stored["final_up.0.weight"].dtype == torch.float16
    card = (Path(cli.weights) / "own.md").read_text()
    assert card.startswith("# own\n")
    assert card.endswith("## Licence\n\nMIT\n")


def neon_pictures(folder: Path, count: int) -> None:
    """Draw pictures lit in two hues, each turned against the others."""
    folder.mkdir()
    hues = [(255, 0, 170), (0, 120, 255), (255, 0, 255), (0, 220, 255)]
    for number in range(count):
        picture = np.empty((180, 180, 3), np.uint8)
        picture[:, :90], picture[:, 90:] = hues[number], hues[(number + 1) % len(hues)]
        picture[::9] = 0
        Image.fromarray(picture).save(folder / f"lit{number}.png")


@pytest.mark.parametrize("kind", ["run", "run/checkpoint.pt", "step.safetensors"])
def test_a_lit_generator_gets_its_bank_of_lights(cli: CommandLine, kind: str) -> None:
    run = neon.Run(neon.Settings(features=4, critic_features=4, l1=77.0), torch.device("cpu"))
    Path("run").mkdir()
    run.save(Path("run"))
    save_file(neon.halved(run.averaged.state_dict()), "step.safetensors")
    command = ["add", kind, "--name", "lit", *LICENCE]
    assert cli(*command) == 2
    assert "has no bank of lights; name pictures for it by --bank" in cli.errors[-1]
    neon_pictures(Path("bank"), 3)
    assert cli(*command, "--bank", "bank") == 0
    (model,) = models(cli)
    assert (model.effect, model.architecture) == ("neon", "lit-pix2pix")
    assert model.parameters == {"features": 4, "lights": 3}
    network = ModelStore.from_folder(Path(cli.weights)).load(Neon())
    assert network.bank is not None
    card = (Path(cli.weights) / "lit.md").read_text()
    assert ("77.0" in card) == kind.startswith("run")
    assert cli("add", Path(cli.weights) / model.file, "--name", "again", *LICENCE) == 0


@pytest.mark.parametrize(
    ("inputs", "look"),
    [("clean", Look.FAITHFUL), ("compressed", Look.FAITHFUL), ("compressed", Look.CRISP)],
)
def test_an_upscaler_is_what_its_settings_say(cli: CommandLine, inputs: Inputs, look: Look) -> None:
    parameters = '{"nb": 1, "nf": 8, "unf": 4}'
    settings = Settings(
        scale=3, architecture="pan", parameters=parameters, inputs=inputs, look=str(look)
    )
    run = trained(Path("run"), settings)
    assert cli("add", run, "--name", "pan", *LICENCE) == 0
    assert cli("add", run / "checkpoint.pt", "--name", "named", *LICENCE, "--inputs", "clean") == 0
    model, named = models(cli)
    expected = {"scale": 3, "nb": 1, "nf": 8, "unf": 4}
    assert (model.architecture, model.parameters) == ("pan", expected)
    assert (model.scale, model.inputs, model.look, named.inputs) == (3, inputs, look, "clean")
    assert "| patch " in (Path(cli.weights) / "pan.md").read_text()


@pytest.mark.parametrize("reparameterise", [False, True])
def test_a_training_can_be_added_and_used(cli: CommandLine, reparameterise: bool) -> None:
    save(Path("photos"), (24, 20))
    run = trained(Path("run"), replace(TINY, reparameterise=reparameterise))
    assert cli("add", run, "--name", "own", *LICENCE) == 0
    assert models(cli)[0].architecture == "one-stride"
    assert main(["upscale", "photos", "-o", "out", "--weights", str(cli.weights)]) == 0
    assert pixels(Path("out/0-x2.png")).shape == (40, 48, 3)


def test_what_does_not_say_what_it_is_can_be_described(cli: CommandLine) -> None:
    save_file(random_weights("edsr", EDSR), OTHER)
    command = ["add", OTHER, "--name", "small", *LICENCE]
    assert cli(*command) == 2
    assert cli.errors == [
        f"error: {OTHER}: says nothing of its architecture; name it by --architecture and "
        "--parameter"
    ]
    pairs = [part for k, v in EDSR.items() for part in ("--parameter", f"{k}={v}")]
    assert cli(*command, "--architecture", "edsr", *pairs, "--inputs", "compressed") == 0
    model = ModelStore.from_folder(Path(cli.weights)).model(Upscale(3))
    assert (model.name, model.licence, model.parameters) == ("small", "MIT", EDSR)
    assert model.inputs == "compressed"


def test_a_name_that_is_taken_is_refused_unless_it_is_to_be_replaced(cli: CommandLine) -> None:
    command = ["add", NEON, "--name", "own", *LICENCE]
    assert cli(*command) == 0
    card = Path(cli.weights) / "own.md"
    card.write_text("Written by hand.")
    save_file(random_weights("pix2pix", {"features": 8}), NEON)
    before = {path: path.read_bytes() for path in Path(cli.weights).iterdir()}
    assert cli(*command) == 2
    assert cli.errors == [
        f"error: {cli.weights} has a model own already; --replace puts this in its place"
    ]
    assert {path: path.read_bytes() for path in Path(cli.weights).iterdir()} == before
    assert cli(*command, "--replace") == 0
    assert [model.parameters for model in models(cli)] == [{"features": 8}]
    assert card.read_text() == "Written by hand."


def test_the_default_and_the_folder_are_ones_own_choice(cli: CommandLine) -> None:
    assert cli("add", NEON, "--name", "first", *LICENCE, "--into", "own") == 0
    assert not Path(cli.weights).exists()
    assert cli("add", NEON, "--name", "second", *LICENCE, "--into", "own") == 0
    assert "default for neon: first; --default would make it this one" in cli.out
    assert cli("add", NEON, "--name", "third", *LICENCE, "--into", "own", "--default") == 0
    assert ModelStore.from_folder(Path("own")).model(Neon()).name == "third"
    assert {"first.md", "second.md", "third.md"} <= names(Path("own"))


@pytest.mark.parametrize(
    ("file", "options", "error"),
    [
        (Path("text.safetensors"), [], "text.safetensors: not a safetensors file"),
        (Path("none.safetensors"), [], "none.safetensors"),
        (NEON, ["--parameter", "features=8"], "has shape"),
        (NEON, ["--architecture", "edsr"], "parameters of edsr: scale must be one of"),
        (OTHER, ["--architecture", "pix2pix"], f"{OTHER}: not the weights of a Pix2Pix generator"),
    ],
    ids=range(5),
)
def test_what_does_not_fit_is_said_in_a_line(
    cli: CommandLine, file: Path, options: list[str], error: str
) -> None:
    Path("text.safetensors").write_text("hello")
    save_file(random_weights("edsr", EDSR), OTHER)
    assert cli("add", file, "--name", "own", *LICENCE, *options) == 2
    (line,) = cli.errors
    assert error in line
    assert not Path(cli.weights).exists()


def test_adding_to_a_bucket(cli: CommandLine) -> None:
    save_file(random_weights("pix2pix", {"features": 4}), "best.safetensors")
    cli.weights = "s3://weights"
    command = ["--name", "neon", "--architecture", "pix2pix", "--parameter", "features=4"]
    assert cli("add", "best.safetensors", *command, "--licence", "MIT") == 2
    (line,) = cli.errors
    assert "s3://weights: name a folder; publish puts it into a bucket" in line
