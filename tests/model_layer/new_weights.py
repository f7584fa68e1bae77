"""Weights that take the place of others."""

from pathlib import Path

from model_layer.effects import Neon
from model_layer.store import packaging
from model_layer.store.store import ModelStore
from tests.model_layer.conftest import random_weights


def write_neon(folder: Path, seed: int) -> str:
    """Put a tiny neon model into a folder, in place of another if there is one.

    Returns:
        Its digest, another one for every seed.
    """
    parameters = {"features": 4}
    packaging.add(
        folder,
        "neon",
        random_weights("pix2pix", parameters, seed=seed),
        effect="neon",
        architecture="pix2pix",
        parameters=parameters,
        licence="MIT",
    )
    return ModelStore.from_folder(folder).model(Neon()).sha256
