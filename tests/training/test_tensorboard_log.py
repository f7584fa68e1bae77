"""The log for TensorBoard, written where it is installed."""

import builtins
import sys
from pathlib import Path

import pytest
from PIL import Image

from training.tensorboard_log import TensorBoardLog

SHEET = Image.new("RGB", (6, 4), "magenta")


def scalars(run: Path) -> dict[str, list[tuple[int, float]]]:
    """What TensorBoard would show of a run."""
    accumulator = pytest.importorskip("tensorboard.backend.event_processing.event_accumulator")
    events = accumulator.EventAccumulator(str(run / "tensorboard")).Reload()
    assert events.Tags()["images"] == ["samples"]
    return {tag: [(event.step, event.value) for event in events.Scalars(tag)]
            for tag in events.Tags()["scalars"]}  # fmt: skip


def test_figures_and_sheets_are_written(tmp_path: Path) -> None:
    with TensorBoardLog(tmp_path) as log:
        log.write(1, {"hue variety": 0.5}, SHEET)
        log.write(2, {"hue variety": 0.75}, SHEET)
    assert scalars(tmp_path) == {"hue_variety": [(1, 0.5), (2, 0.75)]}


def test_a_run_that_goes_on_replaces_what_came_after_its_checkpoint(tmp_path: Path) -> None:
    with TensorBoardLog(tmp_path) as log:
        for step in (1, 2, 3):
            log.write(step, {"l1": 1.0}, SHEET)
    with TensorBoardLog(tmp_path, step=1) as log:
        log.write(2, {"l1": 0.5}, SHEET)
    assert scalars(tmp_path) == {"l1": [(1, 1.0), (2, 0.5)]}


def test_without_tensorboard_nothing_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = builtins.__import__

    def lacking(name: str, *rest: object) -> object:
        if name.startswith(("tensorboard", "torch.utils.tensorboard")):
            raise ImportError(name)
        return real(name, *rest)  # type: ignore[arg-type]

    monkeypatch.delitem(sys.modules, "torch.utils.tensorboard", raising=False)
    monkeypatch.setattr(builtins, "__import__", lacking)
    with TensorBoardLog(tmp_path) as log:
        log.write(1, {"l1": 1.0}, SHEET)
    assert list(tmp_path.iterdir()) == []


def test_it_can_be_off(tmp_path: Path) -> None:
    with TensorBoardLog(tmp_path, on=False) as log:
        log.write(1, {"l1": 1.0}, SHEET)
    assert list(tmp_path.iterdir()) == []
