"""Flickr on this machine, and what gathers from it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.model_layer.command_line import CommandLine
from tests.training.collect.fake_flickr import KEY, FakeFlickr
from training.__main__ import main
from training.collect import polite
from training.collect.collection import Collection

Collect = Callable[..., int]
Gathered = Callable[[], Collection]


@pytest.fixture
def flickr() -> Iterator[FakeFlickr]:
    with FakeFlickr().run() as running:
        yield running


@pytest.fixture
def cli(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> CommandLine:
    """Without weights: gathering needs none."""
    monkeypatch.chdir(tmp_path)
    return CommandLine(main, "no weights", capsys, monkeypatch)


@pytest.fixture
def collect(flickr: FakeFlickr, cli: CommandLine, monkeypatch: pytest.MonkeyPatch) -> Collect:
    """The command, filling the folder "neon" as fast as it can."""
    monkeypatch.setenv("FLICKR_API_KEY", KEY)
    monkeypatch.setenv("FLICKR_API_URL", flickr.api)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setattr(polite, "FIRST_WAIT", 0.0)
    return lambda *arguments: cli("collect", "-o", "neon", "--rate", 10_000, *arguments)


@pytest.fixture
def gathered() -> Gathered:
    """Reads the folder that the command filled."""
    return lambda: Collection(Path("neon"))


def skipped(cli: CommandLine) -> dict[str, int]:
    """What the summary says was skipped: numbers by reason."""
    lines = [line for line in cli.out.splitlines() if line.startswith("skipped ")]
    pairs = [line.removeprefix("skipped ").split(": ", 1) for line in lines]
    return {reason: int(number) for number, reason in pairs}
