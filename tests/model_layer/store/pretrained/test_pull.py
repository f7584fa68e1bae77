"""The command pull, against a server laid out like the hub. The networks in it are real ones."""

import os
import re
import sys
from pathlib import Path
from typing import Any

import pytest
import torch

from model_layer.effects import Upscale
from model_layer.store.store import ModelStore
from model_layer.upscaling.trial import MARGIN
from tests.model_layer.command_line import CommandLine, draw, names, pixels
from tests.model_layer.store.pretrained.checkpoints import (
    changed,
    config,
    parameter,
    saved,
    shipped,
)
from tests.model_layer.store.pretrained.conftest import REPOSITORY
from tests.model_layer.store.pretrained.fake_hub import COMMIT, FakeHub

TWO, THREE = "pytorch_model_2x.pt", "pytorch_model_3x.pt"
WIDTH = parameter("n_feats")


def store(cli: CommandLine) -> ModelStore:
    return ModelStore.from_folder(Path(cli.weights))


def test_what_was_pulled_is_what_was_published(hub: FakeHub, cli: CommandLine) -> None:
    assert cli("pull", REPOSITORY, "--scale", 3, "--scale", 2, "--scale", 3) == 0
    assert cli.errors == []
    for scale in (2, 3):
        loaded = store(cli).load(Upscale(scale)).module.state_dict()
        assert all(torch.equal(loaded[key], value) for key, value in shipped(scale).items())
        model = store(cli).model(Upscale(scale))
        assert (model.name, model.architecture) == (f"edsr-small-x{scale}", "edsr")
        assert model.licence == "Apache-2.0"
        expected = {"scale": scale} | {k: parameter(k) for k in ("n_resblocks", "n_feats")}
        assert expected.items() <= model.parameters.items()
        assert model.sha256 in cli.out
    assert names(Path(cli.weights)) == {
        "manifest.json",
        *(f"edsr-small-x{scale}.{end}" for scale in (2, 3) for end in ("safetensors", "md")),
    }
    tried = re.findall(r"test photo: ([0-9.]+) dB, bicubic ([0-9.]+)", cli.out)
    assert [bicubic for _, bicubic in tried] == ["32.55", "29.51"]
    assert all(float(network) > float(bicubic) + MARGIN for network, bicubic in tried)


def test_what_was_pulled_runs(hub: FakeHub, cli: CommandLine) -> None:
    assert cli("pull", REPOSITORY) == 0
    assert cli("upscale", draw(Path("photo.png")), "--scale", 2, "-o", "large.png") == 0
    assert pixels(Path("large.png")).shape == (32, 48, 3)


def test_the_card_names_the_source(hub: FakeHub, cli: CommandLine) -> None:
    assert cli("pull", REPOSITORY, "--into", "own") == 0
    card = Path("own/edsr-small-x2.md").read_text()
    assert card.startswith("# edsr-small-x2\n")
    for part in (f"https://huggingface.co/{REPOSITORY}", TWO, COMMIT, "Apache-2.0, as stated"):
        assert part in card


def test_weights_of_a_network_trained_on_several_gpus(hub: FakeHub, cli: CommandLine) -> None:
    weights = {f"module.{key}": value for key, value in shipped(2).items()}
    hub.put(REPOSITORY, TWO, saved(weights, legacy=True))
    assert cli("pull", REPOSITORY) == 0


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        (
            shipped(3),
            f"tail.0.0.weight has shape ({9 * WIDTH}, {WIDTH}, 3, 3) "
            f"instead of ({4 * WIDTH}, {WIDTH}, 3, 3)",
        ),
        ({**shipped(2), "more": torch.ones(1)}, "more is not known"),
        ({k: v for k, v in shipped(2).items() if k != "head.0.bias"}, "head.0.bias is missing"),
        ({"a": torch.ones(1)}, "a is not known; "),
    ],
    ids=["of another scale", "too many", "too few", "of something else"],
)
def test_weights_that_do_not_fit(
    hub: FakeHub, cli: CommandLine, weights: Any, message: str
) -> None:
    hub.put(REPOSITORY, TWO, saved(weights))
    assert cli("pull", REPOSITORY) == 2
    (line,) = cli.errors
    assert line.startswith(f"error: {REPOSITORY}: {TWO}: ")
    assert message in line
    assert not Path(cli.weights).exists()


@pytest.mark.parametrize(
    "weights",
    [
        changed(shipped(2), "tail.1.bias", 100),
        changed(shipped(2), "head.0.weight", 255),
        changed(shipped(2), "tail.1.weight", 0),
        changed(shipped(2), "tail.0.0.weight", -1),
        changed(shipped(2), "tail.0.0.weight", float("nan")),
    ],
    ids=["shifted", "of another range", "black", "damaged", "no numbers"],
)
def test_weights_that_fit_but_do_not_work(hub: FakeHub, cli: CommandLine, weights: Any) -> None:
    hub.put(REPOSITORY, TWO, saved(weights))
    assert cli("pull", REPOSITORY) == 2
    (line,) = cli.errors
    assert line.startswith(f"error: {REPOSITORY}: {TWO}: ")
    assert line.endswith(
        "dB on a test photo, where bicubic reaches 32.55: damaged, or for another network"
    )
    assert not Path(cli.weights).exists()


def test_one_bad_scale_leaves_everything_as_it_was(hub: FakeHub, cli: CommandLine) -> None:
    hub.put(REPOSITORY, THREE, saved(shipped(2)))
    assert cli("pull", REPOSITORY, "--scale", 2, "--scale", 3) == 2
    assert not Path(cli.weights).exists()


class Shell:
    """What an attacker publishes."""

    def __init__(self, trace: Path) -> None:
        self.trace = trace

    def __reduce__(self) -> Any:
        return os.system, (f"touch '{self.trace}'",)


def test_code_is_refused_and_not_run(hub: FakeHub, cli: CommandLine, tmp_path: Path) -> None:
    hub.put(REPOSITORY, TWO, saved(Shell(tmp_path / "it ran")))
    assert cli("pull", REPOSITORY) == 2
    (line,) = cli.errors
    assert f"{TWO}: refused: asks to run posix.system" in line
    assert "it ran" not in names(tmp_path)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "config.json is not a configuration of super-image"),
        ("[]", "config.json is not a configuration of super-image"),
        ('{"model_type": 3}', "config.json is not a configuration of super-image"),
        ('{"model_type": "BERT"}', "architecture 'bert' cannot be run (can be: a2n, "),
        (config(n_feats=10**9), "config.json: n_feats is 1000000000, more than 1024"),
        (config(n_feats=0), f"{TWO}: parameters of edsr: n_feats must be positive"),
        (
            config(n_feats=WIDTH + 1),
            f"{TWO}: body.0.body.0.bias has shape ({WIDTH},) instead of ({WIDTH + 1},)",
        ),
    ],
)
def test_other_configurations(hub: FakeHub, cli: CommandLine, text: str, message: str) -> None:
    hub.put(REPOSITORY, "config.json", text)
    assert cli("pull", REPOSITORY) == 2
    (line,) = cli.errors
    assert line.startswith(f"error: {REPOSITORY}: {message}")


@pytest.mark.parametrize(
    ("card", "arguments", "licence"),
    [
        ("---\nlicense: mit\n---\n", [], "MIT"),
        ("---\nlicense: other-thing\n---\n", [], "other-thing"),
        ("---\nlicense: mit\n---\n", ["--licence", "Apache-2.0"], "Apache-2.0"),
        ("no header", ["--licence", "unknown"], "unknown"),
    ],
)
def test_the_licence_is_the_one_stated(
    hub: FakeHub, cli: CommandLine, card: str, arguments: list[str], licence: str
) -> None:
    hub.put(REPOSITORY, "README.md", card)
    assert cli("pull", REPOSITORY, *arguments) == 0
    assert store(cli).model(Upscale(2)).licence == licence


@pytest.mark.parametrize(
    "card", [None, "no header", "---\ntags: x\n---\n", "---\nlicense: []\n---\n"]
)
def test_without_a_licence(hub: FakeHub, cli: CommandLine, card: str | None) -> None:
    if card is None:
        del hub.files[REPOSITORY, "README.md"]
    else:
        hub.put(REPOSITORY, "README.md", card)
    assert cli("pull", REPOSITORY) == 2
    assert cli.errors == [
        f"error: {REPOSITORY}: the model card states no licence; name it by --licence"
    ]


def test_a_name_that_is_taken(hub: FakeHub, cli: CommandLine) -> None:
    assert cli("pull", REPOSITORY) == 0
    assert cli("pull", REPOSITORY, "--scale", 2, "--scale", 3) == 2
    (line,) = cli.errors
    assert "has a model edsr-small-x2 already; --replace" in line
    assert hub.sent[THREE] == 0


def test_without_the_hubs_client(
    hub: FakeHub, cli: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("upscaling.pull", "store.pretrained.hub"):
        monkeypatch.delitem(sys.modules, f"model_layer.{module}", raising=False)
    monkeypatch.delattr("model_layer.upscaling.pull", raising=False)
    monkeypatch.setitem(sys.modules, "huggingface_hub", None)
    assert cli("pull", REPOSITORY) == 2
    assert cli.errors == ["error: huggingface_hub is missing: pip install -r requirements-dev.txt"]
