"""What a repository of super-image says of its network, and its names for the files."""

import inspect
import json
from pathlib import Path
from typing import Any, Final

from model_layer.networks.architectures import ARCHITECTURES
from model_layer.networks.torchvision_shim import make_importable

CONFIG: Final = "config.json"
MAX_FIELD: Final = 1024
"""Largest depth or width: published networks have 256 at most, larger ones would not run."""

_SPDX: Final = {
    spdx.lower(): spdx
    for spdx in (
        "Apache-2.0", "MIT", "BSD-3-Clause", "CC-BY-4.0", "CC-BY-SA-4.0", "CC-BY-NC-4.0",
        "CC-BY-NC-SA-4.0", "CC0-1.0", "GPL-3.0", "AGPL-3.0", "OpenRAIL",
    )
}  # fmt: skip


def weights_file(scale: int) -> str:
    """Name the file with the weights for a scale."""
    return f"pytorch_model_{scale}x.pt"


def read_config(path: Path) -> tuple[str, dict[str, int | float | bool]]:
    """Read a configuration of super-image.

    Returns:
        The architecture, and its parameters without the scale: what the configuration tells of
        those that the architecture has and that are not the same for all.

    Raises:
        ValueError: it is none, or that of an architecture that cannot be run.
    """
    try:
        config = json.loads(path.read_bytes())
        architecture = config["model_type"].lower().replace("_", "")
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"{path.name} is not a configuration of super-image") from error
    if architecture not in ARCHITECTURES:
        known = ", ".join(sorted(ARCHITECTURES))
        raise ValueError(f"architecture {architecture!r} cannot be run (can be: {known})")
    fixed = {name for name, _ in ARCHITECTURES[architecture].fixed}
    parameters = {
        name: config[name]
        for name in _fields(architecture) - fixed - {"scale", "data_parallel"}
        if isinstance(config.get(name), int | float)
    }
    for name, value in parameters.items():
        if value > MAX_FIELD:
            raise ValueError(f"{path.name}: {name} is {value}, more than {MAX_FIELD}")
    return architecture, dict(sorted(parameters.items()))


def spdx(licence: str) -> str:
    """Write a licence of the hub as SPDX does, where it is known."""
    return _SPDX.get(licence.lower(), licence)


def _fields(architecture: str) -> set[str]:
    make_importable()
    import super_image  # noqa: PLC0415

    configure: Any = getattr(super_image, f"{ARCHITECTURES[architecture].prefix}Config")
    return set(inspect.signature(configure).parameters)
