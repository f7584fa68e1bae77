"""What every training loop needs: data, averaging, schedule, checkpoints, a calm Ctrl-C."""

import csv
import io
import math
import pickle
import signal
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
import torch
from safetensors.torch import save
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset

from model_layer.networks.registry import load_strictly
from model_layer.store.atomic import atomic_write


class CheckpointError(ValueError):
    """A checkpoint cannot be read, or belongs to a run with other choices."""


class DivergedError(ValueError):
    """A loss is no longer a number; a lower learning rate would help."""


def batches(
    pairs: Dataset[tuple[Tensor, Tensor]],
    size: int,
    first: int,
    last: int,
    *,
    rank: int = 0,
    processes: int = 1,
    workers: int = 1,
) -> DataLoader[tuple[Tensor, Tensor]]:
    """Load the batches ``first`` to ``last`` (without it), made by other processes.

    Args:
        pairs: the data; an index makes a pair.
        size: pairs a batch.
        first: batches to leave out.
        last: batches in all.
        rank: of this process among those that train together; each has pairs of its own.
        processes: that train together.
        workers: processes that make pairs; their number changes nothing but the speed.
    """
    starts = ((step * processes + rank) * size for step in range(first, last))
    return DataLoader(
        pairs,
        batch_sampler=[list(range(start, start + size)) for start in starts],
        num_workers=workers,
        pin_memory=torch.cuda.is_available(),
        worker_init_fn=_ignore_interrupt,
        # The loader draws a seed for its worker. From the global generator it would shift the
        # dropout of a run that goes on against that of a run that was never interrupted.
        generator=torch.Generator(),
    )


def _ignore_interrupt(_worker: int) -> None:
    """Ctrl-C reaches every process of the terminal; the one that trains decides."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def average(target: nn.Module, source: nn.Module, decay: float, step: int) -> None:
    """Move ``target`` towards ``source``: an exponential moving average, faster in the beginning.

    Running statistics of batch norm are averaged too: those of the last batch alone would not
    fit averaged weights.

    Args:
        target: holds the average.
        source: holds the weights of the moment.
        decay: share of the old average that stays, after the first few hundred steps.
        step: updates done so far.
    """
    decay = min(decay, (1 + step) / (10 + step))
    with torch.no_grad():
        new = source.state_dict()
        for name, value in target.state_dict().items():
            if value.is_floating_point():
                value.lerp_(new[name], 1 - decay)
            else:
                value.copy_(new[name])


def set_cosine_rate(optimizer: torch.optim.Optimizer, rate: float, done: float) -> None:
    """Set the learning rate for a share ``done`` (0 to 1) of the training; ends near zero."""
    for group in optimizer.param_groups:
        group["lr"] = rate * max(0.5 * (1 + math.cos(math.pi * done)), 0.02)


def seed_step(seed: int, step: int, rank: int = 0) -> None:
    """Seed torch for one step of one process, on every device."""
    (mixed,) = np.random.SeedSequence((seed, step, rank)).generate_state(1, np.uint64)
    torch.manual_seed(int(mixed))


def save_weights(network: nn.Module, path: Path, metadata: dict[str, str] | None = None) -> None:
    """Write a network's weights as a safetensors file, so that no half of one is ever seen.

    Args:
        network: the weights' owner.
        path: of the file.
        metadata: is written into its header.

    Raises:
        OSError: it cannot be written.
    """
    weights = {name: value.contiguous() for name, value in network.state_dict().items()}
    with atomic_write(path) as file:
        file.write(save(weights, metadata))


def save_atomically(state: dict[str, Any], path: Path) -> None:
    """Write a checkpoint so that an interruption leaves the old one or the new one, whole.

    Raises:
        OSError: it cannot be written.
    """
    try:
        with atomic_write(path) as file:
            torch.save(state, file)
    except RuntimeError as error:  # what torch makes of a full disk
        reason = str(error).splitlines()[0]
        raise OSError(f"{path}: cannot be written ({reason})") from error


def read_checkpoint(path: Path) -> dict[str, Any]:
    """Read what :func:`save_atomically` wrote, on whatever device, onto the CPU.

    Raises:
        CheckpointError: it is damaged.
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        # Checked first, as torch.load takes any other file for its old format and trips over it.
        if not zipfile.is_zipfile(file):
            raise CheckpointError(f"{path}: damaged, or not a checkpoint")
    try:
        state = torch.load(path, map_location="cpu", weights_only=True)
    except (RuntimeError, pickle.UnpicklingError) as error:
        raise CheckpointError(f"{path}: damaged, or not a checkpoint") from error
    if not isinstance(state, dict):
        raise CheckpointError(f"{path}: not a checkpoint")
    return state


def restore(
    parts: Mapping[str, nn.Module | torch.optim.Optimizer], state: dict[str, Any], path: Path
) -> None:
    """Hand each part its state.

    Raises:
        CheckpointError: they do not fit; ``path`` is named.
    """
    for name, part in parts.items():
        try:
            if isinstance(part, nn.Module):
                load_strictly(part, state[name])
            else:
                part.load_state_dict(state[name])
        except (KeyError, ValueError) as error:
            raise CheckpointError(
                f"{path}: its {name.replace('_', ' ')} does not fit; "
                "a run goes on only with the choices it began with"
            ) from error


def write_log(
    history: Sequence[Mapping[str, float]], path: Path, columns: Sequence[str] | None = None
) -> None:
    """Write lines as a CSV file, whole: after a crash none is missing and none there twice.

    Args:
        history: the lines.
        path: of the file.
        columns: names of the figures; by default those of the first line, of which there is one.

    Raises:
        OSError: it cannot be written.
    """
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(columns or history[0]))
    writer.writeheader()
    writer.writerows(history)
    with atomic_write(path) as file:
        file.write(text.getvalue().encode())


_STOPPING = (signal.SIGINT, signal.SIGTERM)


class StopRequest:
    """Turns Ctrl-C and SIGTERM into a wish, so that the loop can finish its step and save.

    A second one interrupts at once.
    """

    def __enter__(self) -> "StopRequest":
        self.made = False
        self._before = {number: signal.signal(number, self._note) for number in _STOPPING}
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for number, before in self._before.items():
            signal.signal(number, before)

    def _note(self, *_: object) -> None:
        if self.made:
            raise KeyboardInterrupt
        self.made = True
