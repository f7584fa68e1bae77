"""Reading torch's own files: pickles, which hold code as easily as weights.

torch's restricted reader is used, which builds tensors and plain containers and refuses all else.
What it returns is still what a stranger wrote, and is checked before use.
"""

import pickle
import re
import warnings
from pathlib import Path
from typing import Any, Final

import torch
from torch import Tensor

_WRAPPERS: Final = (
    "state_dict", "model_state_dict", "generator", "gen", "netG", "model", "params_ema", "params",
)  # fmt: skip
"""Keys under which training programs keep the weights, beside the optimiser's state."""
_PREFIXES: Final = ("module.", "_orig_mod.", "generator.", "netG.", "model.")
"""What wrappers put before the names of all layers: DataParallel, torch.compile, trainers."""
_CODE: Final = re.compile(r"GLOBAL ([\w.]+)")


class CheckpointError(ValueError):
    """A file holds no weights that can be used; the text is one line and names the file."""


def read_checkpoint(path: Path) -> dict[str, Tensor]:
    """Read the weights from what ``torch.save`` wrote, today or years ago.

    Wrappers such as ``{"state_dict": …}`` and prefixes such as ``module.`` are taken off.

    Raises:
        CheckpointError: the file holds code, is damaged, or is something else.
        OSError: it cannot be read.
    """
    weights = {key: _plain(path, key, value) for key, value in _unwrap(path, _load(path)).items()}
    return _without_prefix(weights)


def _load(path: Path) -> Any:
    with path.open("rb") as file, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of pickles that torch did not write
        try:
            return torch.load(file, map_location="cpu", weights_only=True)
        except Exception as error:
            refused = isinstance(error, pickle.UnpicklingError) and _CODE.search(str(error))
            if refused:
                raise CheckpointError(
                    f"{path}: refused: asks to run {refused[1]}, which weights alone never do"
                ) from None
            raise CheckpointError(f"{path}: damaged, or not a file of torch.save") from error


def _unwrap(path: Path, content: Any) -> dict[str, Tensor]:
    """Find the state dict within what training programs save around it."""
    for _ in range(4):
        if not isinstance(content, dict) or not content:
            break
        if all(isinstance(value, Tensor) for value in content.values()):
            return {str(key): value for key, value in content.items()}
        inner = [content[key] for key in _WRAPPERS if isinstance(content.get(key), dict)]
        if not inner:
            keys = ", ".join(map(str, list(content)[:5]))
            raise CheckpointError(f"{path}: no weights found under the keys {keys}")
        content = inner[0]
    raise CheckpointError(f"{path}: holds no weights")


def _plain(path: Path, key: str, value: Tensor) -> Tensor:
    """Give a tensor storage of its own; sparse and quantised ones are none of ours."""
    if value.layout != torch.strided or value.is_quantized or value.is_complex():
        raise CheckpointError(f"{path}: {key} is not an ordinary tensor")
    return value.detach().clone()


def _without_prefix(weights: dict[str, Tensor]) -> dict[str, Tensor]:
    while True:
        for prefix in _PREFIXES:
            if all(key.startswith(prefix) for key in weights):
                weights = {key.removeprefix(prefix): value for key, value in weights.items()}
                break
        else:
            return weights
