"""The state of a training run of an upscaler, and its files."""

import csv
from pathlib import Path
from typing import Any

import numpy as np
import torch

from model_layer.networks.registry import build, load_strictly
from model_layer.store.packaging import read_weights
from training.loop import (
    CheckpointError,
    read_checkpoint,
    restore,
    save_atomically,
    save_weights,
    write_log,
)
from training.upscaler_recipe import UpscalerRecipe

CHECKPOINT = "checkpoint.pt"
BEST = "best.safetensors"
LOG = "log.csv"
COLUMNS = ("step", "l1", "psnr")


class UpscalerRun:
    """Networks, optimizer and everything else that is needed to go on.

    Args:
        recipe: the choices.
        device: to train on.

    Raises:
        UnknownArchitectureError: no such architecture, or parameters that do not fit it.
    """

    def __init__(self, recipe: UpscalerRecipe, device: torch.device) -> None:
        torch.manual_seed(recipe.seed)
        self.recipe = recipe
        self.network = build(recipe.architecture, recipe.parameters).module
        self.averaged = build(recipe.architecture, recipe.parameters).module
        for network in (self.network, self.averaged):
            network.to(device, memory_format=torch.channels_last)  # type: ignore[call-overload]
        load_strictly(self.averaged, self.network.state_dict())
        self.averaged.eval().requires_grad_(False)
        trained = [p for p in self.network.parameters() if p.requires_grad]
        self.optimizer = torch.optim.Adam(trained, recipe.learning_rate)
        self.step = 0
        self.best = 0.0
        self.seconds = 0.0
        """Spent on training so far."""
        self.losses: list[float] = []
        """Of the steps since the last line of the history."""
        self.history: list[dict[str, float]] = []
        """A line for each validation: step, l1, psnr."""

    def begin_with(self, path: Path) -> None:
        """Take over every weight of a file that has the same name and shape: head and body.

        Raises:
            ValueError: not a safetensors file, or nothing in it fits.
            OSError: it cannot be read.
        """
        own = self.network.state_dict()
        found = read_weights(path)
        fitting = [k for k, v in found.items() if k in own and own[k].shape == v.shape]
        # What leads from or to three colours fits any width; what lies between is the body.
        if not any(own[k].dim() == 4 and min(own[k].shape[:2]) > 3 for k in fitting):
            raise ValueError(f"{path}: no layer of its body fits this network")
        for key in fitting:
            own[key].copy_(found[key])
        for key, value in self.averaged.state_dict().items():
            value.copy_(own[key])

    def judged(self, out: Path, psnr: float) -> None:
        """Note a validation; keep the averaged weights if they are the best so far."""
        line = {"step": self.step, "l1": float(np.mean(self.losses)), "psnr": psnr}
        self.history.append(line)
        self.losses.clear()
        if psnr > self.best:
            self.best = psnr
            save_weights(self.averaged, out / BEST, {"recipe": self.recipe.to_json()})

    def save(self, out: Path) -> None:
        """Write the checkpoint, then the log."""
        state = {name: getattr(self, name).state_dict() for name in self._PARTS}
        state |= {name: getattr(self, name) for name in self._VALUES}
        save_atomically({**state, "recipe": self.recipe.to_json()}, out / CHECKPOINT)
        write_log(self.history, out / LOG, COLUMNS)

    def resume(self, out: Path) -> bool:
        """Go on from the folder's checkpoint, if there is one.

        Raises:
            CheckpointError: it is damaged, or of a run with other choices.
        """
        path = out / CHECKPOINT
        if not path.exists():
            return False
        state = read_checkpoint(path)
        self._compare(state, path)
        restore({name: getattr(self, name) for name in self._PARTS}, state, path)
        for name in self._VALUES:
            if name not in state:
                raise CheckpointError(f"{path}: not the checkpoint of an upscaler: no {name}")
            setattr(self, name, state[name])
        return True

    def _compare(self, state: dict[str, Any], path: Path) -> None:
        try:
            different = self.recipe.differences(UpscalerRecipe.from_json(state["recipe"]))
        except (KeyError, ValueError) as error:
            raise CheckpointError(f"{path}: not a checkpoint of an upscaler") from error
        if different:
            raise CheckpointError(
                f"{path}: its {', '.join(different).replace('_', ' ')} does not fit; "
                "a run goes on only with the choices it began with"
            )

    _PARTS = ("network", "averaged", "optimizer")
    _VALUES = ("step", "best", "seconds", "losses", "history")


def read_log(path: Path) -> list[dict[str, float]]:
    """Read the log that :meth:`UpscalerRun.save` wrote.

    Raises:
        ValueError: it is something else.
        OSError: it cannot be read.
    """
    with path.open(newline="", encoding="utf-8") as file:
        reader = csv.DictReader(file)
        if tuple(reader.fieldnames or ()) != COLUMNS:
            raise ValueError(f"{path}: not the log of an upscaler's training")
        try:
            return [{name: float(line[name]) for name in COLUMNS} for line in reader]
        except (TypeError, ValueError) as error:
            raise ValueError(f"{path}: not the log of an upscaler's training") from error
