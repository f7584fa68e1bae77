"""One thread for torch, and a folder of tiny models."""

from pathlib import Path

import pytest
import torch

from model_layer import packaging
from model_layer.networks.registry import build

torch.set_num_threads(1)  # tiny networks gain nothing from more, and the results are repeatable


def random_weights(
    architecture: str, parameters: dict[str, int], seed: int = 0
) -> dict[str, torch.Tensor]:
    """Weights of a fresh network: the same for the same seed, whatever ran before."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return build(architecture, parameters).module.state_dict()


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
