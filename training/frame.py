"""The frame of a training, whatever its network: settings, checkpoint, loop, log.

A script says what is its own: settings, data, networks, an update, and what is found out every so
many steps. See :mod:`training.upscaler` and :mod:`training.neon`.
"""

import csv
import dataclasses
import io
import logging
import math
import pickle
import signal
import zipfile
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Annotated, Any, ClassVar

import numpy as np
import torch
import typer
from torch import Tensor, nn

from model_layer.cli import outputs
from model_layer.cli.options import setting
from model_layer.networks.registry import load_strictly
from model_layer.store.atomic import atomic_write

logger = logging.getLogger(__name__)

CHECKPOINT, LOG = "checkpoint.pt", "log.csv"
PRECISIONS = ("float32", "bfloat16")
SPEAK = 20  # seconds between lines of progress

Figures = dict[str, float]
Output = Annotated[
    Path,
    typer.Option("--output", "-o", parser=outputs.folder, metavar="RUN",
                 help="Folder of the run; an unfinished one goes on."),
]  # fmt: skip
Holdout = Annotated[
    Path, typer.Option(metavar="FILE", help="List of pictures that no training may see.")
]


class TrainingError(ValueError):
    """A training cannot go on: a checkpoint is damaged or another's, or a loss is not finite."""


@dataclass(frozen=True)
class Settings:
    """The choices that every training has; a script adds its own.

    Raises:
        ValueError: a choice is out of its range.
    """

    steps: int = setting(1000, "length of the training; the learning rate ends with it")
    every: int = setting(250, "steps between checkpoints, figures and lines of the log")
    precision: str = setting("auto", "float32, bfloat16, or auto: what is faster here")
    seed: int = setting(0, "of everything random")

    MAY_CHANGE: ClassVar = frozenset({"steps", "every", "workers", "threads"})
    """Settings that a run may go on with another value of."""

    def __post_init__(self) -> None:
        for name in ("steps", "every"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} must be positive")
        if self.precision not in ("auto", *PRECISIONS):
            raise ValueError(f"precision {self.precision!r}: one of auto, {', '.join(PRECISIONS)}")


# ---- state --------------------------------------------------------------------------------------


class Run(ABC):
    """Everything that a training needs to go on: what a checkpoint holds.

    Args:
        settings: the choices.
        device: to train on.
    """

    parts: tuple[str, ...]
    """Attributes that have a state: networks and optimizers."""

    def __init__(self, settings: Settings, device: torch.device) -> None:
        torch.manual_seed(settings.seed)
        self.settings, self.device = settings, device
        self.step, self.seconds = 0, 0.0
        self.precision = settings.precision
        self.history: list[Figures] = []
        """The lines of the log."""

    @abstractmethod
    def init_from(self, path: Path) -> None:
        """Begin with trained weights."""

    @abstractmethod
    def trial(self, *batch: Tensor) -> Tensor:
        """Compute a loss as a step does, to measure how long it takes; changes no state."""

    def mixed(self) -> torch.autocast:
        """Compute in the run's precision."""
        return torch.autocast(
            self.device.type, torch.bfloat16, enabled=self.precision == "bfloat16"
        )

    def begin(self, out: Path, init_from: Path | None = None) -> bool:
        """Go on from a folder's checkpoint, else begin with weights if some are given.

        Returns:
            Whether steps are left.

        Raises:
            TrainingError: the checkpoint is damaged, or of a run with other settings.
        """
        if (out / CHECKPOINT).exists():
            self.load(out / CHECKPOINT)
            logger.info("going on at step %d", self.step)
        elif init_from:
            self.init_from(init_from)
        if self.step >= self.settings.steps:
            logger.info("%s is finished", out)
        return self.step < self.settings.steps

    def save(self, out: Path) -> None:
        """Write the checkpoint, then the log; either is seen whole or not at all."""
        state = {name: getattr(self, name).state_dict() for name in self.parts}
        state |= {name: getattr(self, name) for name in self._VALUES}
        state["settings"] = dataclasses.asdict(self.settings)
        try:
            with atomic_write(out / CHECKPOINT) as file:
                torch.save(state, file)
        except RuntimeError as error:  # what torch makes of a full disk
            raise OSError(f"{out / CHECKPOINT}: cannot be written") from error
        if self.history:
            write_log(self.history, out / LOG)

    def load(self, path: Path) -> None:
        """Go on where a checkpoint was written.

        Raises:
            TrainingError: it is damaged, or of a run with other settings.
        """
        state = read_checkpoint(path)
        mine = dataclasses.asdict(self.settings)
        began = {
            n: v for n, v in state["settings"].items() if n in mine.keys() - Settings.MAY_CHANGE
        }
        if different := [f"{n.replace('_', ' ')} {v}" for n, v in began.items() if v != mine[n]]:
            raise TrainingError(
                f"{path}: the run began with {', '.join(different)}; it goes on only with that"
            )
        for name in self.parts:
            part = getattr(self, name)
            try:
                if isinstance(part, nn.Module):
                    # A bank without lights holds nothing that could be missing.
                    empty = {n: v for n, v in part.state_dict().items() if not v.numel()}
                    load_strictly(part, {**empty, **state[name]})
                else:
                    part.load_state_dict(state[name])
            except (KeyError, ValueError) as error:
                raise TrainingError(f"{path}: its {name.replace('_', ' ')} does not fit") from error
        log = path.with_name(LOG)
        # What runs were before these values were kept.
        before = {"seconds": 0.0, "precision": "float32", "history": read_log(log)}
        for name in self._VALUES:
            setattr(self, name, {**before, **state}[name])

    _VALUES = ("step", "seconds", "precision", "history")


def read_checkpoint(path: Path) -> dict[str, Any]:
    """Read what :meth:`Run.save` wrote, on whatever device, onto the CPU.

    Raises:
        TrainingError: it is damaged, or something else.
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        # Checked first, as torch.load takes any other file for its old format and trips over it.
        is_archive = zipfile.is_zipfile(file)
    try:
        state = torch.load(path, map_location="cpu", weights_only=True) if is_archive else None
    except (RuntimeError, pickle.UnpicklingError) as error:
        raise TrainingError(f"{path}: damaged, or not a checkpoint") from error
    if not isinstance(state, dict) or not {"step", "settings"} <= state.keys():
        raise TrainingError(f"{path}: damaged, or not the checkpoint of a training")
    return state


# ---- steps --------------------------------------------------------------------------------------


def train(
    run: Run,
    batches: Iterable[Sequence[Tensor]],
    update: Callable[..., Figures],
    report: Callable[[], Figures],
    out: Path,
) -> None:
    """Update until the last step, or until Ctrl-C or SIGTERM asks to stop.

    Args:
        run: what is trained.
        batches: of the steps that are left.
        update: takes a batch on the device; counts the step, returns its losses.
        report: finds out how good the networks are, every so many steps.
        out: receives the checkpoint and the log.

    Raises:
        TrainingError: a loss is not finite; the last checkpoint is kept.
    """
    out.mkdir(parents=True, exist_ok=True)
    losses: list[Figures] = []
    with StopRequest() as stop:
        for count, batch in enumerate(batches):
            x = [part.to(run.device) for part in batch]
            if not count:
                choose_precision(run, x)
                started = spoken = perf_counter()
                before = run.seconds
            losses.append(update(*x))
            if not all(map(math.isfinite, losses[-1].values())):
                raise TrainingError(f"diverged at step {run.step}; try a lower learning rate")
            run.seconds = before + perf_counter() - started
            ends = run.step >= run.settings.steps
            if ends or run.step % run.settings.every == 0:
                line: Figures = {"step": run.step, "seconds": round(run.seconds)}
                run.history.append({**line, **_means(losses), **report()})
                losses.clear()
                run.save(out)
                logger.info("%s", _shown(run.history[-1]))
            elif perf_counter() - spoken > SPEAK:
                spoken = perf_counter()
                pace = (run.seconds - before) / (count + 1)
                left = pace * (run.settings.steps - run.step)
                logger.info("step %d of %d, %.2f s a step, %.0f s left  %s", run.step,
                            run.settings.steps, pace, left, _shown(_means(losses)))  # fmt: skip
            if stop.made and not ends:
                run.save(out)
                logger.info("stopped at step %d; start again to go on", run.step)
            if stop.made or ends:
                return


def choose_precision(run: Run, batch: Sequence[Tensor]) -> None:
    """Let ``auto`` become the precision that is faster here, by measuring either."""
    if run.precision != "auto":
        return
    seconds = dict.fromkeys(PRECISIONS, math.inf)
    for turn in range(4):  # in turns and the best of each, for neighbours come and go
        for run.precision in PRECISIONS:
            start = perf_counter()
            run.trial(*batch).backward()  # type: ignore[no-untyped-call]
            if run.device.type == "cuda":
                torch.cuda.synchronize()
            if turn:  # the first warms up
                seconds[run.precision] = min(seconds[run.precision], perf_counter() - start)
    run.precision = min(PRECISIONS, key=lambda name: seconds[name])
    logger.info("a step in float32: %.2f s, in bfloat16: %.2f s", *seconds.values())


@torch.no_grad()
def average(target: nn.Module, weights: Mapping[str, Tensor], decay: float) -> None:
    """Move averaged weights towards those of the moment; ``decay`` is the share that stays.

    Running statistics of batch norm are averaged too: those of the last batch would not fit.
    """
    for name, value in target.state_dict().items():
        if value.is_floating_point():
            value.lerp_(weights[name], 1 - decay)
        else:
            value.copy_(weights[name])


def cosine(done: float, least: float, start: float = 0.0) -> float:
    """Factor of a learning rate when a share ``done`` of the training is over.

    1 until the share ``start``, then falling along a cosine to ``least``.
    """
    rest = min(1.0, max(0.0, (done - start) / max(1e-9, 1 - start)))
    return max(0.5 * (1 + math.cos(math.pi * rest)), least)


class StopRequest:
    """Turns Ctrl-C and SIGTERM into a wish, so that the loop can finish its step and save.

    A second one interrupts at once.
    """

    def __enter__(self) -> "StopRequest":
        self.made = False
        numbers = (signal.SIGINT, signal.SIGTERM)
        self._before = {number: signal.signal(number, self._note) for number in numbers}
        return self

    def __exit__(self, *_: object) -> None:
        for number, before in self._before.items():
            signal.signal(number, before)

    def _note(self, *_: object) -> None:
        if self.made:
            raise KeyboardInterrupt
        self.made = True


# ---- log ----------------------------------------------------------------------------------------


def write_log(history: Sequence[Figures], path: Path) -> None:
    """Write lines as CSV, whole: after a crash none is missing and none there twice."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(dict.fromkeys(name for line in history for name in line)))
    writer.writeheader()
    writer.writerows(history)
    with atomic_write(path) as file:
        file.write(text.getvalue().encode())


def read_log(path: Path) -> list[Figures]:
    """Read a run's log; where there is none, no lines."""
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        lines = [{n: float(v) for n, v in line.items() if v} for line in csv.DictReader(file)]
    return [{**line, "step": int(line["step"])} for line in lines]


def _means(losses: Sequence[Figures]) -> Figures:
    return {name: float(np.mean([line[name] for line in losses])) for name in losses[-1]}


def _shown(figures: Figures) -> str:
    return "  ".join(f"{name} {value:.4g}" for name, value in figures.items())
