"""Reading what torch.save wrote, and nothing else."""

import os
import pickle
import zipfile
from collections import OrderedDict
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from model_layer.store.pretrained.checkpoint import CheckpointError, read_checkpoint
from tests.model_layer.store.pretrained.checkpoints import saved

WEIGHTS = {"a.weight": torch.arange(6.0).reshape(2, 3), "b": torch.tensor(7)}


def read(tmp_path: Path, content: Any, *, legacy: bool = False) -> dict[str, Tensor]:
    path = tmp_path / "weights.pth"
    path.write_bytes(saved(content, legacy=legacy))
    return read_checkpoint(path)


def same(found: dict[str, Tensor], expected: dict[str, Tensor] = WEIGHTS) -> bool:
    return found.keys() == expected.keys() and all(
        torch.equal(found[key], value) and found[key].dtype == value.dtype
        for key, value in expected.items()
    )


@pytest.mark.parametrize("legacy", [False, True])
@pytest.mark.parametrize(
    "content",
    [
        WEIGHTS,
        OrderedDict(WEIGHTS),
        {key: nn.Parameter(value, requires_grad=False) for key, value in WEIGHTS.items()},
        {"state_dict": WEIGHTS, "optimizer": {"state": {}, "param_groups": [{"lr": 2e-4}]}},
        {"epoch": 3, "model": WEIGHTS},
        {"generator": WEIGHTS, "discriminator": {"x": torch.zeros(1)}, "loss": 1.5},
        {"model": {"state_dict": WEIGHTS}},
        {f"module.{key}": value for key, value in WEIGHTS.items()},
        {"gen": {f"module._orig_mod.{key}": value for key, value in WEIGHTS.items()}},
    ],
    ids=str,
)
def test_wrappers_are_taken_off(tmp_path: Path, content: Any, legacy: bool) -> None:
    assert same(read(tmp_path, content, legacy=legacy))


def test_a_prefix_of_some_layers_is_their_name(tmp_path: Path) -> None:
    weights = {"module.a": torch.ones(2), "b": torch.ones(2)}
    assert same(read(tmp_path, weights), weights)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float64])
def test_precision_stays(tmp_path: Path, dtype: torch.dtype) -> None:
    weights = {"a": torch.ones(3, dtype=dtype)}
    assert same(read(tmp_path, weights), weights)


def test_tensors_that_share_memory_are_separated(tmp_path: Path) -> None:
    whole = torch.arange(10.0)
    found = read(tmp_path, {"a": whole[:5], "b": whole, "c": whole.view(2, 5).T})
    found["b"].zero_()
    assert torch.equal(found["a"], torch.arange(5.0))
    assert len({value.untyped_storage().data_ptr() for value in found.values()}) == 3


class Shell:
    """What an attacker sends: unpickling it runs a command."""

    def __init__(self, command: str) -> None:
        self.command = command

    def __reduce__(self) -> Any:
        return os.system, (self.command,)


@pytest.mark.parametrize("kind", ["zip", "legacy", "pickle", "beside the weights"])
def test_code_is_refused_and_not_run(tmp_path: Path, kind: str) -> None:
    trace = tmp_path / "it ran"
    attack = Shell(f"touch '{trace}'")
    path = tmp_path / "weights.pth"
    if kind == "pickle":
        path.write_bytes(pickle.dumps({"state_dict": attack}, protocol=2))
    elif kind == "beside the weights":
        path.write_bytes(saved({"state_dict": WEIGHTS, "callback": attack}))
    else:
        path.write_bytes(saved(attack, legacy=kind == "legacy"))
    with pytest.raises(CheckpointError) as caught:
        read_checkpoint(path)
    assert not trace.exists()
    assert len(str(caught.value).splitlines()) == 1
    assert "weights.pth: refused: asks to run posix.system" in str(caught.value)


def test_a_whole_module_is_refused(tmp_path: Path) -> None:
    """Unpickling one runs its class, whatever that is by then."""
    with pytest.raises(CheckpointError, match=r"refused: asks to run torch\.nn\.modules"):
        read(tmp_path, nn.Linear(2, 2))


@pytest.mark.parametrize("protocol", [0, 4, 5])
def test_pickles_that_torch_never_wrote_are_not_run_either(tmp_path: Path, protocol: int) -> None:
    trace, path = tmp_path / "it ran", tmp_path / "weights.pth"
    path.write_bytes(pickle.dumps(Shell(f"touch '{trace}'"), protocol))
    with pytest.raises(CheckpointError):
        read_checkpoint(path)
    assert not trace.exists()


@pytest.mark.parametrize("share", [0.0, 0.01, 0.5, 0.99])
@pytest.mark.parametrize("legacy", [False, True])
def test_a_truncated_file(tmp_path: Path, share: float, legacy: bool) -> None:
    data = saved({"a": torch.rand(1000)}, legacy=legacy)
    path = tmp_path / "weights.pth"
    path.write_bytes(data[: int(len(data) * share)])
    with pytest.raises(CheckpointError, match=r"weights\.pth: damaged, or not a file of torch"):
        read_checkpoint(path)


@pytest.mark.parametrize(
    "data", [b"hello", b"\x80\x02}q\x00.", b"PK\x03\x04", b"\x89PNG\r\n\x1a\n", bytes(1000)]
)
def test_another_file(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "weights.pth"
    path.write_bytes(data)
    with pytest.raises(CheckpointError) as caught:
        read_checkpoint(path)
    assert len(str(caught.value).splitlines()) == 1


def test_another_archive(tmp_path: Path) -> None:
    path = tmp_path / "weights.pth"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("letter.txt", "hello")
    with pytest.raises(CheckpointError, match="damaged, or not a file of torch"):
        read_checkpoint(path)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ({}, "holds no weights"),
        ([torch.ones(2)], "holds no weights"),
        (torch.ones(2), "holds no weights"),
        ({"state_dict": {}}, "holds no weights"),
        ({"model": {"model": {"model": {"model": {"model": {}}}}}}, "holds no weights"),
        ({"epoch": 3, "optimizer": {}}, "no weights found under the keys epoch, optimizer"),
        ({"a": torch.ones(2), "epoch": 3}, "no weights found under the keys a, epoch"),
        ({"a": torch.ones(2).to_sparse()}, "a is not an ordinary tensor"),
        ({"a": torch.ones(2, dtype=torch.complex64)}, "a is not an ordinary tensor"),
    ],
)
def test_what_holds_no_weights(tmp_path: Path, content: Any, message: str) -> None:
    with pytest.raises(CheckpointError, match=message):
        read(tmp_path, content)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read_checkpoint(tmp_path / "weights.pth")
