"""Taking the weights of a training into a folder: what they are is read from them."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from torch import Tensor

from model_layer.effects import Look
from model_layer.networks.registry import Parameters
from model_layer.store.install import Place
from model_layer.store.manifest import Inputs, Model
from model_layer.store.packaging import read_metadata, read_weights
from model_layer.store.pretrained.generator import recognise
from training.markdown import table
from training.recipe import NeonRecipe
from training.upscaler import Trained

NEON = "pix2pix"


@dataclass(frozen=True)
class _Origin:
    """What a file of weights says of its training."""

    architecture: str
    parameters: Parameters
    inputs: Inputs = "clean"
    look: Look = Look.FAITHFUL
    choices: Mapping[str, Any] = field(default_factory=dict)
    """Of the recipe, where it is known."""


def add_trained(
    path: Path,
    name: str,
    licence: str,
    place: Place,
    *,
    architecture: str | None = None,
    parameters: Parameters | None = None,
    inputs: Inputs | None = None,
) -> Model:
    """Take in weights that ``train-neon`` or ``smooth-neon`` wrote, or an upscaler's training.

    A card with the recipe is begun; one that is there stays.

    Args:
        path: a safetensors file; or the folder or the checkpoint of an upscaler's training.
        name: of the model.
        licence: of the weights.
        place: where they go.
        architecture: by default read from the file, as what follows.
        parameters: of the architecture; those given win over those read.
        inputs: what pictures the model is for; where the file does not say, clean ones.

    Raises:
        ValueError: the file is none of weights, does not say what is needed, or does not fit; or
            the name is taken or none.
        OSError: a file cannot be read or written.
        ModelStoreError: the folder's manifest is malformed.
    """
    place.check_free([name])
    if path.is_dir() or path.suffix == ".pt":
        weights, origin = _trained_upscaler(path)
    else:
        weights = read_weights(path)
        origin = _origin(path, weights, architecture)
    chosen = {**origin.parameters, **(parameters or {})}
    scale = chosen.get("scale", 1)
    return place.take(
        name,
        weights,
        _card(name, licence, origin, chosen, scale),
        effect="neon" if origin.architecture == NEON else "upscale",
        architecture=origin.architecture,
        parameters=chosen,
        licence=licence,
        inputs=inputs or origin.inputs,
        look=origin.look,
        scale=scale if isinstance(scale, int) else 1,
        keep_card=True,
    )


def _origin(path: Path, weights: Mapping[str, Tensor], architecture: str | None) -> _Origin:
    recipe = read_metadata(path).get("recipe", "")
    if architecture == NEON or (not architecture and "initial_down.0.weight" in weights):
        try:
            found = recognise(weights)
        except ValueError as error:
            raise ValueError(f"{path}: {error}") from error
        return _Origin(NEON, found, choices=_neon_choices(recipe))
    if not architecture:
        raise ValueError(
            f"{path}: says nothing of its architecture; name it by --architecture and --parameter"
        )
    return _Origin(architecture, {})


def _trained_upscaler(path: Path) -> tuple[Mapping[str, Tensor], _Origin]:
    found = Trained.read(path)
    settings = found.settings
    choices = {"steps done": found.step, **dataclasses.asdict(settings)}
    return found.weights, _Origin(
        settings.architecture,
        settings.architecture_parameters,
        settings.inputs,
        Look(settings.look),
        choices,
    )


def _neon_choices(recipe: str) -> dict[str, Any]:
    """The choices of a neon training; of weights that do not tell, none."""
    try:
        return dataclasses.asdict(NeonRecipe.from_json(recipe))
    except ValueError:
        return {}


def _card(name: str, licence: str, origin: _Origin, parameters: Parameters, scale: object) -> str:
    neon = origin.architecture == NEON
    what = "Re-colours photos in neon light" if neon else f"Enlarges photos {scale} times"
    judge = (
        f"evaluate-neon PHOTOS/ --val HELD_OUT/ --model {name}"
        if neon
        else f"upscaler-card {name} FOLDER/ --run RUN/ --write"
    )
    kinds = ", ".join(f"{key} {value}" for key, value in parameters.items())
    sections = [
        f"# {name}",
        f"{what}: {origin.architecture} ({kinds}).",
        "## Recipe",
        table(["choice", "value"], [[k.replace("_", " "), str(v)] for k, v in
                                    origin.choices.items()])
        if origin.choices
        else "Not known here.",
        f"`python -m training {judge}` measures it.",
        "## Licence",
        licence,
    ]  # fmt: skip
    return "\n\n".join(sections) + "\n"
