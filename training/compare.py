"""Several neon runs side by side: which choices differ, and what they earn."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image
from tqdm import tqdm

from model_layer.networks.pix2pix import Generator, parameters_of
from model_layer.networks.registry import load_strictly
from model_layer.store.packaging import read_weights
from training import recipe as recipes
from training.contact_sheet import fitted, grid
from training.pattern import grid_strength
from training.validation import CELL, Assessment, Jury

SHOWN = 8  # photos on the sheet
MOST_STEPS = 4  # that are compared unless some are asked for
_PATTERNS = (2, 32)  # periods, pixels: the last layer's checkerboard, the deep layers' grid


@dataclass(frozen=True)
class Comparison:
    """What :func:`compare` finds."""

    table: str
    """The choices that differ, then a line for each run and step; grid in levels of 0 to 255."""
    sheet: Image.Image = field(repr=False)
    """A row of photos, then a row of results for each run at the last step."""


def compare(runs: Sequence[Path], jury: Jury, steps: Sequence[int]) -> Comparison:
    """Judge the averaged weights of several runs at the same steps, by the same photos.

    Args:
        runs: folders of ``train-neon``.
        jury: that judges.
        steps: to compare at, in order; see :func:`steps_of`.

    Raises:
        ValueError: the weights of a step are not there, or damaged.
    """
    found: dict[tuple[Path, int], Assessment] = {}
    grids: dict[tuple[Path, int], list[float]] = {}
    for step in tqdm(steps, desc="comparing", unit="step"):
        for run in runs:
            generator = load(run, step)
            found[run, step] = jury.assess(generator)
            grids[run, step] = [grid_strength(generator, period) for period in _PATTERNS]
    kinds = list(next(iter(found.values())).figures)
    names = _names(runs)
    lines = [["run", "step", *kinds, *(f"grid {period}" for period in _PATTERNS)]]
    for (run, step), assessment in found.items():
        values = [*assessment.figures.values(), *grids[run, step]]
        lines.append([names[run], str(step), *(f"{value:.4g}" for value in values)])
    rows = [jury.photos, *(found[run, steps[-1]].results for run in runs)]
    sheet = grid([[fitted(picture, CELL) for picture in row[:SHOWN]] for row in rows])
    return Comparison("\n".join([*differences(runs), *_aligned(lines)]), sheet)


def steps_of(runs: Sequence[Path], asked: Sequence[int] | None = None) -> list[int]:
    """Choose the steps to compare runs at: those asked for, or those of :func:`common_steps`.

    Raises:
        ValueError: a folder is not there, a run lacks a step, or they have none in common.
    """
    for run in runs:
        if not run.is_dir():
            raise ValueError(f"{run}: no such folder")
        for step in asked or ():
            _weights_file(run, step)
    return sorted(set(asked)) if asked else common_steps(runs)


def common_steps(runs: Iterable[Path], most: int = MOST_STEPS) -> list[int]:
    """Find up to ``most`` steps, evenly chosen, of which every run has weights.

    Raises:
        ValueError: there is none.
    """
    sets = [
        {
            int(match[1])
            for path in run.glob("step-*.safetensors")
            if (match := re.fullmatch(r"step-(\d+)", path.stem))
        }
        for run in runs
    ]
    common = sorted(set.intersection(*sets))
    if not common:
        raise ValueError("the runs have weights of no step in common")
    places = np.linspace(0, len(common) - 1, min(most, len(common))).round().astype(int)
    return [common[place] for place in places]


def load(run: Path, step: int) -> Generator:
    """Read the averaged weights of a run at a step.

    Raises:
        ValueError: there are none, or they are damaged.
    """
    weights = read_weights(_weights_file(run, step))
    generator = Generator(**parameters_of(weights)).eval()
    load_strictly(generator, weights)
    return generator.to("cuda" if torch.cuda.is_available() else "cpu")


def _weights_file(run: Path, step: int) -> Path:
    path = run / f"step-{step:06d}.safetensors"
    if not path.exists():
        raise ValueError(f"{run} has no weights of step {step}")
    return path


def differences(runs: Sequence[Path]) -> list[str]:
    """Say which choices differ between runs, a line each."""
    chosen = [recipes.read(run) for run in runs]
    names = dict.fromkeys(name for choices in chosen for name in choices)

    def values(name: str) -> list[Any]:
        return [choices.get(name, "not known") for choices in chosen]

    return [
        f"{name.replace('_', ' ')}: {' | '.join(map(str, values(name)))}"
        for name in names
        if len(set(values(name))) > 1
    ]


def _names(runs: Sequence[Path]) -> dict[Path, str]:
    """Call runs by the names of their folders, or by whole paths where two are the same."""
    short = [run.resolve().name for run in runs]
    return dict(zip(runs, short if len(set(short)) == len(runs) else map(str, runs)))


def _aligned(lines: list[list[str]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*lines)]
    return [
        "  ".join([line[0].ljust(widths[0]), *(c.rjust(w) for c, w in zip(line[1:], widths[1:]))])
        for line in lines
    ]
