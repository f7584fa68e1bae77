"""Recognising the generator of a Pix2Pix by its weights."""

from collections.abc import Mapping

import torch
from torch import Tensor

from model_layer.networks.pix2pix import parameters_of
from model_layer.networks.registry import build, load_strictly

MAX_FEATURES = 256
"""Four times the paper's; wider ones would not fit into memory."""


def recognise(weights: Mapping[str, Tensor]) -> dict[str, int]:
    """Return the parameters of the generator that the weights fit, to the last shape.

    Raises:
        ValueError: they fit none; says why in one line.
    """
    if "initial.0.weight" in weights and "model.0.0.weight" in weights:
        raise ValueError("these are the weights of the discriminator; the generator is needed")
    try:
        parameters = parameters_of(weights)
    except (TypeError, IndexError):  # tensors without dimensions
        raise ValueError("not the weights of a Pix2Pix generator") from None
    if not 1 <= parameters["features"] <= MAX_FEATURES:
        raise ValueError(f"{parameters['features']} features, not 1 to {MAX_FEATURES}")
    with torch.device("meta"):  # shapes without memory
        network = build("pix2pix", parameters)
    load_strictly(network.module, weights)
    return parameters
