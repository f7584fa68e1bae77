"""Trainings are compared bit by bit, which a GPU does not promise: they run on the CPU."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from tests.model_layer.command_line import CommandLine
from tests.model_layer.conftest import own_weights, tiny_weights
from training.__main__ import main

__all__ = ["own_weights", "tiny_weights"]


@pytest.fixture(scope="package", autouse=True)
def _cpu() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(torch.cuda, "is_available", lambda: False)
        yield


@pytest.fixture
def cli(
    tiny_weights: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> CommandLine:
    monkeypatch.chdir(tmp_path)
    return CommandLine(main, tiny_weights, capsys, monkeypatch)
