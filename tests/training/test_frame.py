"""What both trainings share, tried on a network of one layer."""

import csv
import logging
import signal
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, BinaryIO

import pytest
import torch
from torch import Tensor, nn

from model_layer.cli.options import setting
from training import frame
from training.frame import CHECKPOINT, LOG, StopRequest, TrainingError, average, cosine, train


@dataclass(frozen=True)
class Settings(frame.Settings):
    steps: int = setting(6, "of the test")
    every: int = setting(2, "of the test")
    precision: str = setting("float32", "of the test")
    rate: float = setting(0.1, "learning rate")


class Line(frame.Run):
    """Learns y = 2 x, with momentum."""

    settings: Settings
    parts = ("network", "averaged", "optimizer")

    def __init__(self, settings: Settings = Settings()) -> None:
        super().__init__(settings, torch.device("cpu"))
        self.network, self.averaged = nn.Linear(1, 1), nn.Linear(1, 1)
        self.optimizer = torch.optim.SGD(self.network.parameters(), settings.rate, momentum=0.5)

    def init_from(self, path: Path) -> None:
        nn.init.constant_(self.network.weight, float(path.read_text()))

    def trial(self, *batch: Tensor) -> Tensor:
        return self.network(batch[0]).sum()  # type: ignore[no-any-return]

    def update(self, x: Tensor) -> frame.Figures:
        loss = (self.network(x) - 2 * x).square().mean()
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()
        self.step += 1
        average(self.averaged, self.network.state_dict(), 0.5)
        return {"loss": loss.item()}


def batches(first: int) -> Iterator[tuple[Tensor]]:
    while True:
        yield (torch.rand(4, 1, generator=torch.Generator().manual_seed(first)),)
        first += 1


def trained(out: Path, settings: Settings = Settings(), interrupt_at: int = 0) -> Line:
    """Go on in a folder, until the end or until a step that SIGTERM reaches."""
    run = Line(settings)

    def update(x: Tensor) -> frame.Figures:
        if run.step + 1 == interrupt_at:
            signal.raise_signal(signal.SIGTERM)
        return run.update(x)

    if run.begin(out):
        train(run, batches(run.step), update, lambda: {"weight": run.network.weight.item()}, out)
    return run


def same(one: Line, other: Line) -> bool:
    pairs = zip(
        [*one.network.state_dict().values(), *one.averaged.state_dict().values()],
        [*other.network.state_dict().values(), *other.averaged.state_dict().values()],
    )
    return all(torch.equal(a, b) for a, b in pairs)


def steps(out: Path) -> list[float]:
    return [line["step"] for line in frame.read_log(out / LOG)]


# ---- runs


def test_a_run_learns_and_leaves_checkpoint_and_log(tmp_path: Path) -> None:
    run = trained(tmp_path, Settings(steps=300, every=50))
    assert run.network.weight.item() == pytest.approx(2, abs=0.05)
    assert {path.name for path in tmp_path.iterdir()} == {CHECKPOINT, LOG}
    with (tmp_path / LOG).open(newline="") as file:
        assert next(csv.reader(file)) == ["step", "seconds", "loss", "weight"]
    losses = [line["loss"] for line in frame.read_log(tmp_path / LOG)]
    assert losses[-1] < losses[0] / 4


@pytest.mark.parametrize("step", [1, 2, 5])
def test_a_stopped_run_ends_as_one_that_was_not(step: int, tmp_path: Path) -> None:
    whole = trained(tmp_path / "whole")
    assert trained(tmp_path / "parts", interrupt_at=step).step == step
    torch.manual_seed(99)  # whatever happens in between
    assert same(trained(tmp_path / "parts"), whole)
    assert steps(tmp_path / "parts") == steps(tmp_path / "whole") == [2, 4, 6]


def test_a_finished_run_is_left_alone_until_it_becomes_longer(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    trained(tmp_path)
    before = (tmp_path / CHECKPOINT).stat().st_mtime_ns
    with caplog.at_level(logging.INFO):
        trained(tmp_path)
    assert "is finished" in caplog.text
    assert (tmp_path / CHECKPOINT).stat().st_mtime_ns == before
    trained(tmp_path, Settings(steps=9, every=4))
    assert steps(tmp_path) == [2, 4, 6, 8, 9]


def test_a_run_goes_on_only_with_its_own_settings(tmp_path: Path) -> None:
    trained(tmp_path)
    with pytest.raises(TrainingError, match=r"checkpoint\.pt: the run began with rate 0\.1; "):
        trained(tmp_path, Settings(steps=9, rate=0.2))


def test_runs_from_before_some_values_were_kept_go_on(tmp_path: Path) -> None:
    trained(tmp_path)
    state = frame.read_checkpoint(tmp_path / CHECKPOINT)
    for name in ("seconds", "precision", "history"):
        del state[name]
    del state["settings"]["precision"]
    torch.save(state, tmp_path / CHECKPOINT)
    run = trained(tmp_path, Settings(steps=8, precision="auto"))
    assert run.precision == "float32"
    assert steps(tmp_path) == [2, 4, 6, 8]


def test_a_run_begins_with_weights_unless_it_goes_on(tmp_path: Path) -> None:
    (tmp_path / "weights").write_text("7")
    run = Line()
    assert run.begin(tmp_path / "new", tmp_path / "weights")
    assert run.network.weight.item() == 7
    trained(tmp_path / "run")
    assert not run.begin(tmp_path / "run", tmp_path / "weights")
    assert run.network.weight.item() != 7


def test_a_diverged_training_keeps_the_last_checkpoint(tmp_path: Path) -> None:
    run = Line()

    def spoiled(x: Tensor) -> frame.Figures:
        return run.update(x * float("nan") if run.step == 3 else x)

    with pytest.raises(TrainingError, match="diverged at step 4"):
        train(run, batches(0), spoiled, dict, tmp_path)
    assert frame.read_checkpoint(tmp_path / CHECKPOINT)["step"] == 2


def test_the_precision_is_measured_once_and_leaves_no_trace(tmp_path: Path) -> None:
    measured = trained(tmp_path / "measured", Settings(precision="auto"))
    assert measured.precision in frame.PRECISIONS
    assert same(measured, trained(tmp_path / "given"))
    again = Line(Settings(precision="auto"))
    again.load(tmp_path / "measured" / CHECKPOINT)
    assert again.precision == measured.precision


@pytest.mark.parametrize(
    ("changed", "message"),
    [({"steps": 0}, "steps must be positive"), ({"precision": "float16"}, "one of auto, float32")],
)
def test_settings_out_of_range_are_refused(changed: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        replace(Settings(), **changed)


# ---- checkpoints


def test_an_interrupted_save_leaves_the_old_checkpoint(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = trained(tmp_path)

    def half_a_save(_state: object, to: BinaryIO) -> None:
        to.write(b"half")
        raise KeyboardInterrupt

    monkeypatch.setattr(torch, "save", half_a_save)
    run.step = 7
    with pytest.raises(KeyboardInterrupt):
        run.save(tmp_path)
    assert frame.read_checkpoint(tmp_path / CHECKPOINT)["step"] == 6
    assert {path.name for path in tmp_path.iterdir()} == {CHECKPOINT, LOG}


@pytest.mark.parametrize("share", [0, 0.5, 0.99])
def test_a_cut_checkpoint_is_a_clear_error(tmp_path: Path, share: float) -> None:
    trained(tmp_path)
    data = (tmp_path / CHECKPOINT).read_bytes()
    (tmp_path / CHECKPOINT).write_bytes(data[: int(len(data) * share)])
    with pytest.raises(TrainingError, match=r"checkpoint\.pt: damaged"):
        trained(tmp_path)


def test_another_file_is_not_a_checkpoint(tmp_path: Path) -> None:
    path = tmp_path / CHECKPOINT
    path.write_text("hello")
    with pytest.raises(TrainingError, match="damaged"):
        frame.read_checkpoint(path)
    torch.save(torch.zeros(1), path)
    with pytest.raises(TrainingError, match="not the checkpoint of a training"):
        frame.read_checkpoint(path)


def test_a_state_that_does_not_fit_is_named(tmp_path: Path) -> None:
    trained(tmp_path)
    run = Line(Settings(steps=9))
    run.network = nn.Linear(2, 1)
    with pytest.raises(TrainingError, match="its network does not fit"):
        run.load(tmp_path / CHECKPOINT)


# ---- parts


def test_average_moves_weights_and_running_statistics() -> None:
    target, source = nn.BatchNorm1d(1), nn.BatchNorm1d(1)
    for network, value in ((target, 0.0), (source, 1.0)):
        for tensor in network.state_dict().values():
            tensor.fill_(value)
    average(target, source.state_dict(), 0.9)
    found = {name: value.item() for name, value in target.state_dict().items()}
    assert found["weight"] == found["running_mean"] == pytest.approx(0.1)
    assert found["num_batches_tracked"] == 1  # a count is taken over, not averaged


@pytest.mark.parametrize(
    ("done", "start", "factor"),
    [(0, 0, 1), (0.5, 0, 0.5), (1, 0, 0.02), (2, 0, 0.02), (0.6, 0.6, 1), (0.8, 0.6, 0.5)],
)
def test_cosine(done: float, start: float, factor: float) -> None:
    assert cosine(done, 0.02, start) == pytest.approx(factor)


def test_the_first_ctrl_c_is_a_wish_the_second_a_command() -> None:
    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt), StopRequest() as stop:  # noqa: PT012
        assert not stop.made
        signal.raise_signal(signal.SIGINT)
        assert stop.made
        signal.raise_signal(signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is before


def test_a_log_is_written_whole_and_read_back(tmp_path: Path) -> None:
    path = tmp_path / LOG
    path.write_text("what an interrupted run left")
    lines = [{"step": 1, "loss": 0.5}, {"step": 2, "loss": 0.25, "psnr": 30.0}]
    frame.write_log(lines, path)
    assert frame.read_log(path) == lines
    assert list(tmp_path.iterdir()) == [path]
