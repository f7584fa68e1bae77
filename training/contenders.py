"""Networks to be judged: models of a folder of weights, or files fresh from a training."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load

from model_layer.networks.network import Network
from model_layer.networks.registry import build, load_strictly
from model_layer.store.manifest import Model
from model_layer.store.packaging import read_metadata, read_weights
from model_layer.store.store import ModelStore, ModelStoreError
from training.upscaler_recipe import UpscalerRecipe


@dataclass(frozen=True)
class Contender:
    """A network with its weights, in evaluation mode, on the GPU if there is one."""

    name: str
    network: Network

    @property
    def weights(self) -> int:
        """Number of weights."""
        return sum(value.numel() for value in self.network.module.state_dict().values())


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


def of_file(path: Path) -> Contender:
    """Load the ``best.safetensors`` of a training; it is named after its folder.

    Raises:
        ValueError: it is no safetensors file, or says nothing of its recipe.
        OSError: it cannot be read.
    """
    recipe = recipe_of(path)
    network = build(recipe.architecture, recipe.parameters)
    load_strictly(network.module, read_weights(path))
    name = path.parent.name if path.stem == "best" and path.parent.name else path.stem
    return Contender(name, _ready(network))


def recipe_of(path: Path) -> UpscalerRecipe:
    """Read from weights by what choices they were trained.

    Raises:
        ValueError: it is no safetensors file, or says nothing of its recipe.
        OSError: it cannot be read.
    """
    described = read_metadata(path)
    if "recipe" not in described:
        raise ValueError(
            f"{path}: says nothing of its architecture; only weights as train-upscaler writes them "
            "do (others can be added to a folder of weights, by add --architecture)"
        )
    return UpscalerRecipe.from_json(described["recipe"])


def _of_model(store: ModelStore, model: Model) -> Contender:
    try:
        network = build(model.architecture, model.parameters)
        load_strictly(network.module, load(store.content(model)))
    except (SafetensorError, ValueError) as error:
        raise ModelStoreError(f"model {model.name}: {error}") from error
    return Contender(model.name, _ready(network))


def _ready(network: Network) -> Network:
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    network.module.eval().requires_grad_(False)
    network.module.to(device, memory_format=torch.channels_last)  # type: ignore[call-overload]
    return network
