"""One thread for torch, a folder of tiny models, and the command line."""

import shutil
from pathlib import Path

import pytest
import torch

from model_layer.__main__ import main
from model_layer.networks.registry import build
from model_layer.store import packaging
from tests.model_layer.command_line import CommandLine

torch.set_num_threads(1)  # tiny networks gain nothing from more, and the results are repeatable


def random_weights(
    architecture: str, parameters: dict[str, int], seed: int = 0
) -> dict[str, torch.Tensor]:
    """Weights of a fresh network: the same for the same seed, whatever ran before."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        network = build(architecture, parameters).module
        network.eval()
        if architecture == "edsr":
            _spread(network, "tail.1", torch.rand(1, 3, 32, 32), centre=0.5, deviation=0.2)
        else:  # the last layer before tanh
            _spread(network, "final_up.0", torch.rand(1, 3, 256, 256), centre=0, deviation=0.4)
    return network.state_dict()


@torch.no_grad()
def _spread(
    network: torch.nn.Module, last: str, x: torch.Tensor, centre: float, deviation: float
) -> None:
    """Rescale a network's last layer: what fresh ones give is flat, or cut off at 0 and 1."""
    layer = network.get_submodule(last)
    results: list[torch.Tensor] = []
    handle = layer.register_forward_hook(lambda _module, _args, result: results.append(result[0]))
    network(x)
    handle.remove()
    weight, bias = layer.get_parameter("weight"), layer.get_parameter("bias")
    mean, gain = results[0].mean((1, 2)), deviation / results[0].std((1, 2))
    channels = (-1, 1, 1, 1) if isinstance(layer, torch.nn.Conv2d) else (1, -1, 1, 1)
    weight.mul_(gain.view(channels))
    bias.copy_(centre - gain * (mean - bias))


@pytest.fixture(scope="session")
def tiny_weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of weights with a model for every effect; to be read, not changed."""
    folder = tmp_path_factory.mktemp("weights")
    parameters = {"features": 4}
    packaging.add(
        folder,
        "neon",
        random_weights("pix2pix", parameters),
        effect="neon",
        architecture="pix2pix",
        parameters=parameters,
        licence="MIT",
    )
    for scale in (2, 3, 4):
        parameters = {"scale": scale, "n_resblocks": 1, "n_feats": 4}
        packaging.add(
            folder,
            f"edsr-x{scale}",
            random_weights("edsr", parameters, seed=scale),
            effect="upscale",
            architecture="edsr",
            parameters=parameters,
            licence="MIT",
            scale=scale,
        )
    return folder


@pytest.fixture
def cli(
    tiny_weights: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> CommandLine:
    monkeypatch.chdir(tmp_path)
    return CommandLine(main, tiny_weights, capsys, monkeypatch)


@pytest.fixture
def own_weights(cli: CommandLine, tmp_path: Path) -> Path:
    """A copy of the weights that the test may change."""
    cli.weights = Path(shutil.copytree(cli.weights, tmp_path / "own weights"))
    return cli.weights
