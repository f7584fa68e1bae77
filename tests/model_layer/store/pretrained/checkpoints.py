"""Files as torch writes them."""

import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load


def saved(content: Any, *, legacy: bool = False) -> bytes:
    """What ``torch.save`` writes, today (a zip archive) or before version 1.6."""
    buffer = io.BytesIO()
    torch.save(content, buffer, _use_new_zipfile_serialization=not legacy)
    return buffer.getvalue()


PARAMETERS = {"n_resblocks": 8, "n_feats": 32}


def shipped(scale: int) -> dict[str, torch.Tensor]:
    """The weights of a small EDSR that was trained, and really enlarges pictures."""
    loaded = load(Path(__file__).with_name(f"edsr-x{scale}.safetensors").read_bytes())
    return {key: value.float() for key, value in loaded.items()}


def parameter(name: str) -> int:
    """A parameter of that EDSR: ``n_feats`` or ``n_resblocks``."""
    return PARAMETERS[name]


def config(**changes: Any) -> str:
    """What describes it, as super-image writes it."""
    fields = {
        "_name_or_path": "", "bam": False, "data_parallel": False, "model_type": "EDSR",
        "n_colors": 3, "n_feats": parameter("n_feats"), "n_resblocks": parameter("n_resblocks"),
        "no_upsampling": False, "res_scale": 1, "rgb_mean": [0.4488, 0.4371, 0.404],
        "rgb_range": 255, "rgb_std": [1.0, 1.0, 1.0], "scale": None,
    }  # fmt: skip
    return json.dumps({**fields, **changes})


def changed(
    weights: Mapping[str, torch.Tensor], key: str, factor: float
) -> dict[str, torch.Tensor]:
    """The same with one tensor multiplied."""
    return {**weights, key: weights[key] * factor}
