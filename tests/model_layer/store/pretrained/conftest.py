"""A hub on this machine, with one repository of networks that work."""

import time
from collections.abc import Iterator
from pathlib import Path

import huggingface_hub.constants
import pytest

from model_layer.__main__ import main
from tests.model_layer.command_line import CommandLine
from tests.model_layer.store.pretrained.checkpoints import config, saved, shipped
from tests.model_layer.store.pretrained.fake_hub import FakeHub

REPOSITORY = "eugenesiow/edsr-small"
CARD = "---\nlicense: apache-2.0\ntags:\n- super-image\n---\n# EDSR\n"


@pytest.fixture
def cli(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> CommandLine:
    """With a folder of weights that does not exist yet."""
    monkeypatch.chdir(tmp_path)
    return CommandLine(main, tmp_path / "weights", capsys, monkeypatch)


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeHub]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1,localhost")
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(time, "sleep", lambda _: None)  # the client's, between repetitions
    with FakeHub().run() as running:
        running.put(REPOSITORY, "README.md", CARD)
        running.put(REPOSITORY, "config.json", config())
        for scale in (2, 3):
            running.put(REPOSITORY, f"pytorch_model_{scale}x.pt", saved(shipped(scale)))
        monkeypatch.setenv("HF_ENDPOINT", running.address)
        yield running
