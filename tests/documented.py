"""What a document says can be typed, and whether it can."""

import re
import shlex
from typing import Any, cast

import typer

from handler.__main__ import app as handler
from model_layer.__main__ import app as model_layer
from training.__main__ import app as training

PROGRAMS = {
    name: typer.main.get_group(app)
    for name, app in (("handler", handler), ("model_layer", model_layer), ("training", training))
}
_BLOCK = re.compile(r"```sh\n(.*?)```", re.DOTALL)


def documented_commands(text: str) -> list[list[str]]:
    """Every ``python -m PROGRAM …`` in the shell blocks of a Markdown text, from the program on."""
    lines = [line for block in _BLOCK.findall(text) for line in _joined(block).splitlines()]
    inner = re.compile(r"\$\(([^()]* -m [^()]*)\)")
    commands = [inner.findall(line) or [line] for line in lines if " -m " in line]
    words = (shlex.split(command, comments=True) for found in commands for command in found)
    return [
        line[line.index(program) :] for line in words for program in PROGRAMS if program in line
    ]


def parse(command: list[str]) -> None:
    """Read a command as the command line does, without running it.

    Raises:
        typer.TyperException: there is no such command or option, or it lacks something.
    """
    name, *rest = command
    context, found = None, cast("Any", PROGRAMS[name])
    while hasattr(found, "resolve_command"):  # a command may have commands of its own
        context = typer.Context(found, parent=context)
        name, found, rest = found.resolve_command(context, rest)
    found.make_context(name, rest, parent=context)


def options_in_the_text(text: str) -> set[str]:
    """Options that are named outside of blocks."""
    prose = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
    return set(re.findall(r"`[^`\n]*?(--[a-z][a-z-]*)", prose))


def known_options() -> set[str]:
    """Every option of every command."""
    return {"--help"} | {
        option
        for group in PROGRAMS.values()
        for context in (typer.Context(group),)
        for name in group.list_commands(context)
        if (command := group.get_command(context, name))
        for parameter in command.params
        for option in parameter.opts
    }


def _joined(block: str) -> str:
    return block.replace("\\\n", " ")
