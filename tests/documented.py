"""What a document says can be typed, and whether it can."""

import argparse
import re
import shlex

from model_layer.__main__ import _parser

_BLOCK = re.compile(r"```sh\n(.*?)```", re.DOTALL)


def model_layer_commands(text: str) -> list[list[str]]:
    """Arguments of every ``python -m model_layer`` in the shell blocks of a Markdown text."""
    lines = (line for block in _BLOCK.findall(text) for line in _joined(block).splitlines())
    words = (shlex.split(line, comments=True) for line in lines)
    return [line[line.index("model_layer") + 1 :] for line in words if "model_layer" in line]


def parse(command: list[str]) -> None:
    """Read a command as the command line does, without running it.

    Raises:
        SystemExit: there is no such command or option, or it lacks something.
    """
    _parser().parse_args(command)


def options_in_the_text(text: str) -> set[str]:
    """Options that are named outside of blocks."""
    prose = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
    return set(re.findall(r"`[^`\n]*?(--[a-z][a-z-]*)", prose))


def known_options() -> set[str]:
    """Every option of every command."""
    (commands,) = (
        action for action in _parser()._actions if isinstance(action, argparse._SubParsersAction)
    )
    return {
        option for parser in commands.choices.values() for option in parser._option_string_actions
    }


def _joined(block: str) -> str:
    return block.replace("\\\n", " ")
