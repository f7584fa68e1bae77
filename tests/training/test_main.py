"""python -m training: what it offers, and what that costs."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.model_layer.command_line import CommandLine
from tests.training.pictures import save
from training.__main__ import COMMANDS


def test_the_help_names_every_command(cli: CommandLine) -> None:
    assert cli("--help") == 0
    for name in (name for those in COMMANDS.values() for name in those):
        assert f" {name} " in cli.out


@pytest.mark.parametrize("command", [name for those in COMMANDS.values() for name in those])
def test_every_command_explains_itself(cli: CommandLine, command: str) -> None:
    assert cli(command, "--help") == 0
    assert f"python -m training {command} " in cli.out


def test_an_unknown_command_is_one_line(cli: CommandLine) -> None:
    assert cli("paint") == 2
    (line,) = cli.errors
    assert line.startswith("error: No such command 'paint'.")


def test_gathering_pictures_does_not_wait_for_torch() -> None:
    code = (
        "import sys; from training.__main__ import main; main(['collect', '--help']); "
        "assert 'torch' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)


@pytest.mark.parametrize("values", [["one", "two"], ["one", "--val", "two"]])
def test_an_option_that_may_be_repeated_takes_all_that_follows(
    cli: CommandLine, values: list[str]
) -> None:
    """A second folder of photos must not become one of neon pictures, unnoticed."""
    for name in ("data", "one"):
        save(Path(name), (60, 60))
    assert cli("train-upscaler", "data", "--val", *values, "--patch", "8", "-o", "run") == 2
    assert cli.errors[-1] == "error: no pictures in two"
