"""Upscalers to be judged: models of a folder of weights, fresh from a training, or others' own."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import torch
from PIL import Image
from safetensors import SafetensorError
from safetensors.torch import load

from model_layer.networks.network import Network
from model_layer.networks.registry import build, load_strictly
from model_layer.store.manifest import Model
from model_layer.store.store import ModelStore, ModelStoreError
from model_layer.upscaling import effect as upscale
from training.frame import CHECKPOINT
from training.upscaler import Trained


@dataclass(frozen=True)
class Contender:
    """A method of enlarging pictures."""

    name: str
    scale: int
    weights: int
    """Number of weights."""
    enlarge: Callable[[Image.Image], Image.Image]
    """Takes an RGB picture, returns one ``scale`` times as wide and high."""


def models(store: ModelStore, scale: int, names: Iterable[str] = ()) -> list[Contender]:
    """Load the models of a store for a scale, in the order of its manifest.

    Args:
        store: where the weights are.
        scale: models of other scales are left out.
        names: the models wanted; by default all.

    Raises:
        ModelStoreError: a name is not in the manifest, or a model cannot be loaded.
    """
    known = [model for model in store.manifest.models if model.effect == "upscale"]
    wanted = set(names)
    if missing := wanted - {model.name for model in known}:
        raise ModelStoreError(f"{store.source} holds no upscaler {', '.join(sorted(missing))}")
    chosen = [m for m in known if m.scale == scale and (not wanted or m.name in wanted)]
    return [_of_model(store, model) for model in chosen]


def of_run(path: Path) -> Contender:
    """Load what a training has reached, from its folder or its checkpoint; named after the folder.

    Raises:
        TrainingError: it is not the training of an upscaler.
        OSError: it cannot be read.
    """
    found = Trained.read(path)
    network = build(found.settings.architecture, found.settings.architecture_parameters)
    load_strictly(network.module, found.weights)
    folder = path.parent if path.name == CHECKPOINT else path
    return _of_network(folder.resolve().name, network)


def _of_model(store: ModelStore, model: Model) -> Contender:
    try:
        network = build(model.architecture, model.parameters)
        load_strictly(network.module, load(store.content(model)))
    except (SafetensorError, ValueError) as error:
        raise ModelStoreError(f"model {model.name}: {error}") from error
    return _of_network(model.name, network)


def _of_network(name: str, network: Network) -> Contender:
    """Make a network ready: in evaluation mode, on the GPU if there is one."""
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    module = network.module.eval().requires_grad_(False)
    module.to(device, memory_format=torch.channels_last)  # type: ignore[call-overload]
    weights = sum(value.numel() for value in module.state_dict().values())
    return Contender(name, network.scale, weights, lambda image: upscale.apply(network, image))
