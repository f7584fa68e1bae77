"""Taking the weights of a training into a folder: what they are is read from them."""

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from torch import Tensor

from model_layer.effects import Look
from model_layer.networks.registry import Parameters
from model_layer.store.install import InstallTarget
from model_layer.store.manifest import Inputs, Model
from model_layer.store.packaging import read_weights
from model_layer.store.pretrained.generator import recognise
from training import frame
from training.bank import bank as bank_of
from training.dataset import training_pictures
from training.markdown import table
from training.upscaler import Trained

LIT, NEON = "lit-pix2pix", "pix2pix"


@dataclass(frozen=True)
class _Origin:
    """What a file of weights says of its training."""

    architecture: str
    parameters: dict[str, int | float | bool | str]
    inputs: Inputs = "clean"
    look: Look = Look.FAITHFUL
    choices: Mapping[str, Any] = field(default_factory=dict)
    """The settings, where they are known."""


def add_trained(
    path: Path,
    name: str,
    licence: str,
    target: InstallTarget,
    *,
    architecture: str | None = None,
    parameters: Parameters | None = None,
    inputs: Inputs | None = None,
    bank: Sequence[Path] = (),
    made: int = 0,
) -> Model:
    """Take in what ``train-neon`` or ``train-upscaler`` has reached, or other weights.

    A card with the recipe is begun; one that is there stays.

    Args:
        path: the folder of a training, its checkpoint, or a safetensors file.
        name: of the model.
        licence: of the weights.
        target: where they go.
        architecture: by default read from the file, as what follows.
        parameters: of the architecture; those given win over those read.
        inputs: what pictures the model is for; where the file does not say, clean ones.
        bank: folders of neon pictures whose light photos may get, for a lit generator; what is
            held out is left out.
        made: see :func:`training.bank.bank`.

    Raises:
        ValueError: the file is none of weights, does not say what is needed, or does not fit; or
            the name is taken or none.
        OSError: a file cannot be read or written.
        ModelStoreError: the folder's manifest is malformed.
    """
    target.check_free([name])
    if path.is_dir() or path.suffix == ".pt":
        weights, origin = _trained(path / frame.CHECKPOINT if path.is_dir() else path)
    else:
        weights = read_weights(path)
        origin = _origin(path, weights, architecture)
    if origin.architecture == LIT:
        if bank:
            layouts, maps = bank_of(training_pictures(bank), made)
            weights = {**weights, "layouts": layouts, "maps": maps}
        if not len(weights.get("maps", ())):
            raise ValueError(f"{path}: has no bank of lights; name pictures for it by --bank")
        origin.parameters["lights"] = len(weights["maps"])
    chosen = {**origin.parameters, **(parameters or {})}
    scale = chosen.get("scale", 1)
    return target.install(
        name,
        weights,
        _card(name, licence, origin, chosen, scale),
        effect="neon" if origin.architecture in (LIT, NEON) else "upscale",
        architecture=origin.architecture,
        parameters=chosen,
        licence=licence,
        inputs=inputs or origin.inputs,
        look=origin.look,
        scale=scale if isinstance(scale, int) else 1,
        keep_card=True,
    )


def _trained(path: Path) -> tuple[Mapping[str, Tensor], _Origin]:
    state = frame.read_checkpoint(path)
    if "critics" in state:
        choices = {"steps done": state["step"], **state["settings"]}
        return state["averaged"], _Origin(LIT, {"features": choices["features"]}, choices=choices)
    found = Trained.read(path)
    settings = found.settings
    return found.weights, _Origin(
        settings.architecture,
        settings.architecture_parameters,
        settings.inputs,
        Look(settings.look),
        {"steps done": found.step, **dataclasses.asdict(settings)},
    )


def _origin(path: Path, weights: Mapping[str, Tensor], architecture: str | None) -> _Origin:
    if not architecture and any(name.startswith("told.") for name in weights):
        return _Origin(LIT, {"features": len(weights["initial_down.0.weight"])})
    if architecture == NEON or (not architecture and "initial_down.0.weight" in weights):
        try:
            return _Origin(NEON, dict(recognise(weights)))
        except ValueError as error:
            raise ValueError(f"{path}: {error}") from error
    if not architecture:
        raise ValueError(
            f"{path}: says nothing of its architecture; name it by --architecture and --parameter"
        )
    return _Origin(architecture, {})


def _card(name: str, licence: str, origin: _Origin, parameters: Parameters, scale: object) -> str:
    neon = origin.architecture in (LIT, NEON)
    what = "Re-colours photos in neon light" if neon else f"Enlarges photos {scale} times"
    judge = (
        "evaluate-neon DATA/ --val NEON_HELD_OUT/"
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
