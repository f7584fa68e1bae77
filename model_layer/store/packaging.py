"""Adding weights to a folder: safetensors, its checksum, its entry in the manifest."""

import hashlib
from collections.abc import Mapping
from pathlib import Path

import torch
from pydantic import ValidationError
from safetensors import SafetensorError
from safetensors.torch import load, save
from torch.utils.flop_counter import FlopCounterMode

from model_layer.effects import FAMILIES, Look
from model_layer.networks.lit_pix2pix import TOLD
from model_layer.networks.registry import Network, Parameters, build, load_strictly
from model_layer.store.atomic import atomic_write
from model_layer.store.manifest import MANIFEST, Inputs, Manifest, Model
from model_layer.store.store import ModelStore


def read_weights(path: Path) -> dict[str, torch.Tensor]:
    """Read a safetensors file.

    Raises:
        ValueError: it is not one.
        OSError: it cannot be read.
    """
    data = path.read_bytes()
    try:
        return load(data)
    except SafetensorError as error:
        raise ValueError(f"{path}: not a safetensors file ({error})") from error


def add(
    folder: Path,
    name: str,
    weights: Mapping[str, torch.Tensor],
    *,
    effect: str,
    architecture: str,
    parameters: Parameters,
    licence: str,
    inputs: Inputs = "clean",
    look: Look = Look.FAITHFUL,
    scale: int = 1,
    half: bool = False,
    first: bool = False,
) -> Model:
    """Write weights and their entry.

    Entries are ordered by effect and scale. An entry of the same name is replaced where it stands;
    a new one comes after those of the same effect and scale, the first of which is the default.

    Args:
        folder: of weights; made if missing.
        name: of the model; the file is called after it, the card ``name.md``.
        weights: state dict, checked against the architecture.
        effect: what the model is for.
        architecture: a name known to the registry.
        parameters: of the architecture.
        licence: of the weights, an SPDX identifier where there is one.
        inputs: what pictures it is for.
        look: what its results are like.
        scale: output pixels per input pixel, along each side.
        half: store floating-point weights in half precision.
        first: put the entry before the others of its effect and scale, as the default.

    Raises:
        ValueError: the weights do not fit the architecture or hold values that are not finite
            (in half precision), the scale is not that of the network, or the name is no file name.
        ModelStoreError: the folder's manifest is malformed.
    """
    network = build(architecture, parameters)
    if network.scale != scale:
        raise ValueError(f"{name}: the network enlarges {network.scale} times, not {scale}")
    load_strictly(network.module, weights)
    stored = {
        key: (value.half() if half and value.is_floating_point() else value).contiguous()
        for key, value in weights.items()
    }
    for key, value in stored.items():
        if not value.isfinite().all():
            raise ValueError(f"{name}: {key} holds values that are not finite")
    data = save(stored)
    try:
        model = Model(
            name=name,
            effect=effect,
            scale=scale,
            file=f"{name}.safetensors",
            sha256=hashlib.sha256(data).hexdigest(),
            bytes=len(data),
            architecture=architecture,
            parameters=dict(parameters),
            weights=sum(value.numel() for value in weights.values()),
            operations_per_pixel=operations_per_pixel(network),
            inputs=inputs,
            look=look,
            card=f"{name}.md",
            licence=licence,
        )
    except ValidationError as error:
        reason = error.errors()[0]["msg"]
        raise ValueError(f"{name!r} cannot be the name of a model: {reason}") from error
    manifest = _with_model(folder, model, first)
    folder.mkdir(parents=True, exist_ok=True)
    for path, content in ((model.file, data), (MANIFEST, manifest.to_json())):
        with atomic_write(folder / path) as file:
            file.write(content)
    return model


def operations_per_pixel(network: Network) -> int:
    """Floating-point operations of one forward pass, per input pixel; a multiply-add is two."""
    side = max(64, network.multiple)
    inputs = [torch.zeros(1, 3, side, side)]
    if network.bank:
        inputs.append(torch.zeros(1, TOLD, 3, 3))
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        network.module.eval()(*inputs)
    return int(counter.get_total_flops()) // side**2


def _with_model(folder: Path, model: Model, first: bool) -> Manifest:
    """The folder's manifest with a model replaced or added, or put first."""
    there = (folder / MANIFEST).exists()
    models = list(ModelStore.from_folder(folder).manifest.models) if there else []
    names = [other.name for other in models]
    if first:
        models = [model, *(other for other in models if other.name != model.name)]
    elif model.name in names:
        models[names.index(model.name)] = model
    else:
        models.append(model)
    order = list(FAMILIES)
    return Manifest(models=tuple(sorted(models, key=lambda m: (order.index(m.effect), m.scale))))
