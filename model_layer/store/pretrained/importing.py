"""Taking in the generator of another training: a pickle becomes safetensors and an entry."""

import hashlib
from pathlib import Path

from model_layer.store.install import InstallTarget
from model_layer.store.manifest import Model
from model_layer.store.pretrained.checkpoint import CheckpointError, read_checkpoint
from model_layer.store.pretrained.generator import recognise


def import_generator(path: Path, name: str, licence: str, target: InstallTarget) -> Model:
    """Convert the checkpoint of a Pix2Pix generator.

    Its layers are those of :class:`model_layer.networks.pix2pix.Generator`, by name; its width is
    found from the shapes. The weights stay what they were, to the last bit, unless ``target`` asks
    for half precision.

    Args:
        path: what ``torch.save`` wrote: a state dict, or one wrapped in a dictionary.
        name: of the model.
        licence: of the weights.
        target: where they go.

    Raises:
        ValueError: the file holds code, is damaged or holds other weights, or the name is taken
            or none.
        OSError: a file cannot be read or written.
        ModelStoreError: the folder's manifest is malformed.
    """
    target.check_free([name])
    weights = read_checkpoint(path)
    try:
        parameters = recognise(weights)
    except ValueError as error:
        raise CheckpointError(f"{path}: {error}") from error
    return target.install(
        name,
        weights,
        _card(name, path, licence, parameters["features"]),
        effect="neon",
        architecture="pix2pix",
        parameters=parameters,
        licence=licence,
    )


def _card(name: str, path: Path, licence: str, features: int) -> str:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return f"""# {name}

Re-colours photos: a Pix2Pix generator that was trained elsewhere and imported.

| | |
|---|---|
| Source | `{path.name}`, SHA-256 `{digest}` |
| Architecture | U-Net of [Pix2Pix](https://arxiv.org/abs/1611.07004), {features} features |

Data, recipe and figures are not known here; `python -m training evaluate-neon` measures it.

## Licence

{licence}, as stated by whoever imported it.
"""
