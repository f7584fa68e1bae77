"""The option ``--device``, and the engine that runs there."""

import re
from typing import TYPE_CHECKING, Annotated

import typer

from model_layer.store.store import ModelStore

if TYPE_CHECKING:
    from model_layer.engine import Engine

Device = Annotated[
    str | None,
    typer.Option(metavar="cpu|cuda|mps", help="What computes; by default a GPU when there is one."),
]


def engine_on(store: ModelStore, device: str | None) -> "Engine":
    """Make the engine.

    Raises:
        ValueError: there is no such device.
    """
    if device and not re.fullmatch(r"(cpu|cuda|mps)(:\d{1,3})?", device):
        raise ValueError(f"device {device}: unknown; there are cpu, cuda (NVIDIA) and mps (Apple)")
    import torch  # noqa: PLC0415

    from model_layer.engine import Engine  # noqa: PLC0415

    if device:
        try:
            torch.empty(0, device=device)
        except (RuntimeError, AssertionError) as error:  # torch raises either
            there = ["cpu"]
            there += ["cuda"] if torch.cuda.is_available() else []
            there += ["mps"] if torch.backends.mps.is_available() else []
            raise ValueError(
                f"device {device}: not on this machine, which has {' and '.join(there)}"
            ) from error
    return Engine(store, device)
