"""The command line: python -m model_layer COMMAND, or neon PHOTO, or upscale PHOTO."""

import sys
from collections.abc import Callable, Sequence
from typing import Any

import typer

from model_layer.cli import console, models, photos, plan, pretrained, publishing

app = typer.Typer(
    help="Photos in cyberpunk neon, or two to four times larger and sharp.",
    no_args_is_help=True,
    add_completion=False,  # shells complete by a program's name; neon and upscale have one
)
_COMMANDS: dict[str, dict[str, Callable[..., Any]]] = {
    "Every day": {
        "neon": photos.neon,
        "upscale": photos.upscale,
        "lights": photos.lights,
        "models": models.models,
        "plan": plan.plan,
    },
    "For operators": {
        "publish": publishing.publish,
        "import": pretrained.import_,
        "pull": pretrained.pull,
    },
}
for panel, commands in _COMMANDS.items():
    for name, command in commands.items():
        app.command(name, rich_help_panel=panel)(command)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; see :func:`model_layer.cli.console.run`."""
    return console.run(app, "python -m model_layer", arguments)


def neon() -> int:
    """Run ``neon PHOTO…``."""
    return _run_one("neon", photos.neon)


def upscale() -> int:
    """Run ``upscale PHOTO…``."""
    return _run_one("upscale", photos.upscale)


def _run_one(program: str, command: Callable[..., Any]) -> int:
    one = typer.Typer()
    one.command()(command)
    return console.run(one, program)


if __name__ == "__main__":
    sys.exit(main())
