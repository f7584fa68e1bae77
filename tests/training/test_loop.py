"""What both trainings share."""

import csv
import signal
from pathlib import Path
from typing import BinaryIO

import pytest
import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.utils.data import Dataset

from training.loop import (
    CheckpointError,
    StopRequest,
    average,
    batches,
    read_checkpoint,
    restore,
    save_atomically,
    save_weights,
    seed_step,
    set_cosine_rate,
    write_log,
)


class Numbers(Dataset[tuple[Tensor, Tensor]]):
    """Pairs (index, worker's answer to Ctrl-C)."""

    def __getitem__(self, index: int) -> tuple[Tensor, Tensor]:
        ignored = signal.getsignal(signal.SIGINT) is signal.SIG_IGN
        return torch.tensor(index), torch.tensor(ignored)


def test_batches_are_the_indices_in_order() -> None:
    found = [x.tolist() for x, _ in batches(Numbers(), 3, 2, 4)]
    assert found == [[6, 7, 8], [9, 10, 11]]


def test_there_are_no_batches_after_the_last() -> None:
    assert list(batches(Numbers(), 3, 4, 4)) == []
    assert list(batches(Numbers(), 3, 5, 4)) == []


def test_processes_share_the_batches() -> None:
    one = [x.tolist() for x, _ in batches(Numbers(), 2, 1, 3, rank=0, processes=2)]
    other = [x.tolist() for x, _ in batches(Numbers(), 2, 1, 3, rank=1, processes=2)]
    assert (one, other) == ([[4, 5], [8, 9]], [[6, 7], [10, 11]])


def test_the_number_of_workers_changes_nothing() -> None:
    found = [x.tolist() for x, _ in batches(Numbers(), 2, 0, 4, workers=2)]
    assert found == [x.tolist() for x, _ in batches(Numbers(), 2, 0, 4)]


def test_the_worker_leaves_ctrl_c_to_the_trainer() -> None:
    assert all(bool(ignored.all()) for _, ignored in batches(Numbers(), 1, 0, 2))


def test_loading_does_not_move_the_random_numbers() -> None:
    torch.manual_seed(1)
    expected = torch.rand(3)
    torch.manual_seed(1)
    next(iter(batches(Numbers(), 1, 0, 1)))
    assert torch.equal(torch.rand(3), expected)


def test_average_moves_weights_and_running_statistics() -> None:
    target, source = nn.BatchNorm1d(1), nn.BatchNorm1d(1)
    for network, value in ((target, 0.0), (source, 1.0)):
        for tensor in network.state_dict().values():
            tensor.fill_(value)
    average(target, source, decay=0.9, step=100_000)
    assert target.weight.item() == pytest.approx(0.1)
    assert target.running_mean is not None
    assert target.running_mean.item() == pytest.approx(0.1)
    assert target.num_batches_tracked is not None
    assert target.num_batches_tracked.item() == 1  # a count is taken over, not averaged
    assert source.weight.item() == 1


def test_average_follows_faster_in_the_beginning() -> None:
    target, source = nn.Linear(1, 1, bias=False), nn.Linear(1, 1, bias=False)
    nn.init.zeros_(target.weight)
    nn.init.ones_(source.weight)
    average(target, source, decay=0.999, step=1)
    assert target.weight.item() == pytest.approx(1 - 2 / 11)


@pytest.mark.parametrize(
    ("done", "share"), [(0, 1), (0.5, 0.5), (1 / 3, 0.75), (0.99, 0.02), (1, 0.02)]
)
def test_cosine_rate(done: float, share: float) -> None:
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=7)
    set_cosine_rate(optimizer, 2e-4, done)
    assert optimizer.param_groups[0]["lr"] == pytest.approx(2e-4 * share)


def test_a_checkpoint_is_read_back(tmp_path: Path) -> None:
    path = tmp_path / "checkpoint.pt"
    save_atomically({"step": 3, "x": torch.arange(4)}, path)
    found = read_checkpoint(path)
    assert found["step"] == 3
    assert torch.equal(found["x"], torch.arange(4))
    assert list(tmp_path.iterdir()) == [path]


def test_an_interrupted_save_leaves_the_old_checkpoint(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "checkpoint.pt"
    save_atomically({"step": 3}, path)

    def half_a_save(_state: object, to: BinaryIO) -> None:
        to.write(b"half")
        raise KeyboardInterrupt

    monkeypatch.setattr(torch, "save", half_a_save)
    with pytest.raises(KeyboardInterrupt):
        save_atomically({"step": 4}, path)
    assert read_checkpoint(path) == {"step": 3}


@pytest.mark.parametrize("share", [0, 0.5, 0.99])
def test_a_cut_checkpoint_is_a_clear_error(tmp_path: Path, share: float) -> None:
    path = tmp_path / "checkpoint.pt"
    save_atomically({"x": torch.zeros(1000)}, path)
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])
    with pytest.raises(CheckpointError, match=r"checkpoint\.pt"):
        read_checkpoint(path)


def test_another_file_is_not_a_checkpoint(tmp_path: Path) -> None:
    path = tmp_path / "checkpoint.pt"
    path.write_text("hello")
    with pytest.raises(CheckpointError):
        read_checkpoint(path)
    torch.save(torch.zeros(1), path)
    with pytest.raises(CheckpointError):
        read_checkpoint(path)


def test_restore_hands_out_the_states() -> None:
    network, other = nn.Linear(2, 2), nn.Linear(2, 2)
    optimizer = torch.optim.Adam(other.parameters(), lr=0.5)
    state = {"network": network.state_dict(), "optimizer": optimizer.state_dict()}
    target = nn.Linear(2, 2)
    fresh = torch.optim.Adam(target.parameters(), lr=0.1)
    restore({"network": target, "optimizer": fresh}, state, Path("checkpoint.pt"))
    assert torch.equal(target.weight, network.weight)
    assert fresh.param_groups[0]["lr"] == 0.5


@pytest.mark.parametrize("state", [{}, {"network": nn.Linear(2, 3).state_dict()}])
def test_a_state_that_does_not_fit_is_a_clear_error(state: dict[str, object]) -> None:
    with pytest.raises(CheckpointError, match=r"x/checkpoint\.pt: its network does not fit"):
        restore({"network": nn.Linear(2, 2)}, state, Path("x/checkpoint.pt"))


def test_a_log_is_written_whole(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_text("what an interrupted run left")
    write_log([{"step": 1, "loss": 0.5}, {"step": 2, "loss": 0.25}], path)
    with path.open(newline="") as file:
        assert list(csv.reader(file)) == [["step", "loss"], ["1", "0.5"], ["2", "0.25"]]
    assert list(tmp_path.iterdir()) == [path]


def test_a_log_without_lines_has_its_columns(tmp_path: Path) -> None:
    write_log([], tmp_path / "log.csv", ("step", "loss"))
    assert (tmp_path / "log.csv").read_text().split() == ["step,loss"]


def test_what_cannot_be_written_is_an_error_of_the_system(tmp_path: Path) -> None:
    nowhere = tmp_path / "missing"
    with pytest.raises(OSError, match=r"missing/checkpoint\.pt"):
        save_atomically({"step": 1}, nowhere / "checkpoint.pt")
    with pytest.raises(OSError, match="missing"):
        save_weights(nn.Linear(1, 1), nowhere / "best.safetensors")


def test_weights_are_read_back(tmp_path: Path) -> None:
    network = nn.Conv2d(3, 4, 3).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    save_weights(network, tmp_path / "best.safetensors")
    found = load_file(tmp_path / "best.safetensors")
    assert torch.equal(found["weight"], network.weight)
    assert [path.name for path in tmp_path.iterdir()] == ["best.safetensors"]


def test_a_step_has_random_numbers_of_its_own() -> None:
    def numbers(*place: int) -> list[float]:
        seed_step(*place)
        drawn: list[float] = torch.rand(4).tolist()
        return drawn

    places = [(0, 1), (0, 2), (1, 1), (0, 1, 1)]
    assert numbers(0, 1) == numbers(0, 1, 0)
    assert len({tuple(numbers(*place)) for place in places}) == 4


def test_the_first_ctrl_c_is_a_wish_the_second_a_command() -> None:
    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt), StopRequest() as stop:  # noqa: PT012
        assert not stop.made
        signal.raise_signal(signal.SIGINT)
        assert stop.made
        signal.raise_signal(signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is before
