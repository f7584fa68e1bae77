"""What a document says can be typed, and whether it can."""

import argparse
import re
import shlex

from model_layer.__main__ import _parser as model_layer
from training.__main__ import _parser as training

PROGRAMS = {"model_layer": model_layer, "training": training}
_BLOCK = re.compile(r"```sh\n(.*?)```", re.DOTALL)


def documented_commands(text: str) -> list[list[str]]:
    """Every ``python -m PROGRAM …`` in the shell blocks of a Markdown text, from the program on."""
    lines = (line for block in _BLOCK.findall(text) for line in _joined(block).splitlines())
    words = (shlex.split(line, comments=True) for line in lines)
    return [
        line[line.index(program) :] for line in words for program in PROGRAMS if program in line
    ]


def parse(command: list[str]) -> None:
    """Read a command as the command line does, without running it.

    Raises:
        SystemExit: there is no such command or option, or it lacks something.
    """
    program, *arguments = command
    PROGRAMS[program]().parse_args(arguments)


def options_in_the_text(text: str) -> set[str]:
    """Options that are named outside of blocks."""
    prose = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
    return set(re.findall(r"`[^`\n]*?(--[a-z][a-z-]*)", prose))


def known_options() -> set[str]:
    """Every option of every command."""
    return {
        option
        for program in PROGRAMS.values()
        for action in program()._actions
        if isinstance(action, argparse._SubParsersAction)
        for parser in action.choices.values()
        for option in parser._option_string_actions
    }


def _joined(block: str) -> str:
    return block.replace("\\\n", " ")
