"""The frame of a training loop."""

import signal

import pytest
import torch
from torch import Tensor
from torch.utils.data import Dataset

from training.processes import Processes
from training.steps import Steps


class Numbers(Dataset[tuple[Tensor, Tensor]]):
    """Pictures that hold their index."""

    def __getitem__(self, index: int) -> tuple[Tensor, Tensor]:
        return torch.full((1, 2, 2), float(index)), torch.zeros(1, 2, 2)


def steps(first: int, last: int, every: int = 100) -> Steps:
    processes = Processes(torch.device("cpu"))
    return Steps(Numbers(), batch=2, first=first, last=last, every=every, processes=processes)


def test_the_steps_that_are_left_are_made() -> None:
    with steps(1, 3) as frame:
        found = [(frame.step, x[:, 0, 0, 0].tolist()) for x, _ in frame]
    assert found == [(2, [2, 3]), (3, [4, 5])]


def test_reports_are_due_in_time_and_at_the_end() -> None:
    with steps(0, 7, every=3) as frame:
        assert [frame.step for _ in frame if frame.is_due()] == [3, 6, 7]


def test_a_finished_training_has_no_steps() -> None:
    with steps(3, 3) as frame:
        assert list(frame) == []


def test_ctrl_c_ends_the_loop_after_a_report() -> None:
    before = signal.getsignal(signal.SIGINT)
    done, due = [], []
    with steps(0, 9) as frame:
        for _ in frame:
            done.append(frame.step)
            if frame.step == 2:
                signal.raise_signal(signal.SIGINT)
            if frame.is_due():
                due.append(frame.step)
    assert (done, due) == ([1, 2], [2])
    assert signal.getsignal(signal.SIGINT) is before


def test_values_are_asked_for_every_tenth_step(capsys: pytest.CaptureFixture[str]) -> None:
    asked = []

    def values() -> dict[str, float]:
        asked.append(frame.step)
        return {"loss": 0.12345}

    with steps(0, 21) as frame:
        for _ in frame:
            frame.show(values)
    assert asked == [10, 20]
    assert "loss=0.123" in capsys.readouterr().err
