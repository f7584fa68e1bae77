"""docs/training.md keeps its promises."""

import re
from pathlib import Path

import pytest
import typer

from tests.documented import documented_commands, known_options, options_in_the_text, parse

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "docs" / "training.md").read_text(encoding="utf-8")
COMMANDS = documented_commands(TEXT)


def test_every_step_has_its_command() -> None:
    assert {command[1] for command in COMMANDS} == {
        "collect", "train-neon", "evaluate-neon", "train-upscaler", "training-curves",
        "evaluate-upscaler", "upscaler-card", "add", "models",
        "blind-neon", "blind-crops", "blind-tally",
        "publish", "import", "pull",
    }  # fmt: skip


def test_every_option_that_is_named_exists() -> None:
    named = options_in_the_text(TEXT)
    assert {"--degraded", "--look", "--every"} <= named
    assert named <= known_options()


def test_what_a_command_reads_was_written_by_one_before() -> None:
    for number, command in enumerate(COMMANDS):
        before = {word for other in COMMANDS[:number] for word in other}
        for word in command:
            if match := re.fullmatch(r"(runs/[a-z0-9-]+)/[a-z]+\.(safetensors|pt)", word):
                assert match[1] in before, word


@pytest.mark.parametrize(
    "command",
    [
        ["training", "paint"],
        ["model_layer", "models", "--scale", "2"],
        ["training", "add", "x"],
    ],
)
def test_a_command_that_does_not_exist_would_be_noticed(command: list[str]) -> None:
    with pytest.raises(typer.TyperException):
        parse(command)
