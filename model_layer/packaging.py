"""Adding weights to a folder: safetensors, its checksum, its entry in the manifest."""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import torch
from safetensors.torch import save

from model_layer.networks.registry import build, load_strictly
from model_layer.store import MANIFEST, Manifest, Model

_ORDER = {"neon": 0, "upscale": 1}


def add(
    folder: Path,
    name: str,
    weights: Mapping[str, torch.Tensor],
    *,
    effect: Literal["neon", "upscale"],
    architecture: str,
    parameters: dict[str, int],
    licence: str,
    scale: int = 1,
    half: bool = False,
) -> Model:
    """Write weights and their entry; an entry of the same name is replaced.

    Args:
        folder: of weights; made if missing.
        name: of the model; the file is called after it, the card ``name.md``.
        weights: state dict, checked against the architecture.
        effect: what the model is for.
        architecture: a name known to the registry.
        parameters: of the architecture.
        licence: of the weights, an SPDX identifier where there is one.
        scale: output pixels per input pixel.
        half: store floating-point weights in half precision.

    Raises:
        ValueError: the weights do not fit the architecture.
    """
    load_strictly(build(architecture, parameters).module, weights)
    stored = {
        key: (value.half() if half and value.is_floating_point() else value).contiguous()
        for key, value in weights.items()
    }
    data = save(stored)
    model = Model(
        name=name,
        effect=effect,
        scale=scale,
        file=f"{name}.safetensors",
        sha256=hashlib.sha256(data).hexdigest(),
        bytes=len(data),
        architecture=architecture,
        parameters=parameters,
        weights=sum(value.numel() for value in weights.values()),
        card=f"{name}.md",
        licence=licence,
    )
    folder.mkdir(parents=True, exist_ok=True)
    (folder / model.file).write_bytes(data)
    path = folder / MANIFEST
    models = Manifest.model_validate_json(path.read_bytes()).models if path.exists() else ()
    others = [other for other in models if other.name != name]
    ordered = sorted([*others, model], key=lambda m: (_ORDER[m.effect], m.scale))
    path.write_text(Manifest(models=tuple(ordered)).model_dump_json(indent=2) + "\n")
    return model
