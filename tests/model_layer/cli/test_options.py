"""Fields of dataclasses as options."""

from dataclasses import dataclass
from typing import Annotated, Literal

import pytest
import typer

from model_layer.cli import console
from model_layer.cli.options import setting, with_settings


@dataclass(frozen=True)
class Settings:
    """All that a training may choose."""

    steps: int = setting(100, "length of the training")
    look: Literal["crisp", "faithful"] = setting("faithful", "what is wanted")
    learning_rate: float | None = setting(None, "in the beginning")
    degrade: bool = setting(False, "spoil the inputs")
    seed: Annotated[int, typer.Option("--seed", "-s", min=0)] = 0
    fine_tune: bool = False

    def __post_init__(self) -> None:
        if self.steps < 1:
            raise ValueError("steps must be positive")


class Program:
    """A command that takes the settings."""

    def __init__(self) -> None:
        self.got: tuple[str, Settings, bool] | None = None

        @with_settings
        def train(name: str, settings: Settings, quiet: bool = False) -> int:
            """Train."""
            self.got = name, settings, quiet
            return 7

        self.app = typer.Typer()
        self.app.command()(train)

    def __call__(self, *arguments: str) -> int:
        return console.run(self.app, "train", arguments)


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ([], Settings()),
        (["--steps", "5", "-s", "3"], Settings(steps=5, seed=3)),
        (
            ["--look", "crisp", "--learning-rate", "1e-3"],
            Settings(look="crisp", learning_rate=0.001),
        ),
        (["--degrade"], Settings(degrade=True)),
    ],
)
def test_each_field_is_an_option(arguments: list[str], expected: Settings) -> None:
    program = Program()
    assert program("net", *arguments, "--quiet") == 7
    assert program.got == ("net", expected, True)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--steps", "0"], "error: steps must be positive"),
        (["--look", "nice"], "error: Invalid value for '--look': "),
        (["--seed", "-1"], "error: Invalid value for '--seed' / '-s': "),
        (["--fine-tune"], "error: No such option: --fine-tune "),
        (["--no-degrade"], "error: No such option: --no-degrade "),
    ],
)
def test_what_a_field_refuses_is_one_line(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert Program()("net", *arguments) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(message)


def test_the_help_stands_beside_the_field(capsys: pytest.CaptureFixture[str]) -> None:
    assert Program()("--help") == 0
    shown = capsys.readouterr().out
    assert "Length of the training." in shown
    assert "[default: 100]" in shown
    assert "fine" not in shown
