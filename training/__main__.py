"""Training and judging: python -m training COMMAND."""

import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup

from model_layer.cli import console

COMMANDS: dict[str, dict[str, str]] = {
    "Neon": {
        "train-neon": "training.neon_commands:train_neon",
        "smooth-neon": "training.neon_commands:smooth_neon",
        "contact-sheet": "training.neon_commands:contact_sheet",
        "compare-neon": "training.neon_commands:compare_neon",
        "evaluate-neon": "training.neon_commands:evaluate_neon",
    },
    "Upscaling": {
        "training-curves": "training.upscaler_commands:training_curves",
        "evaluate-upscaler": "training.upscaler_commands:evaluate_upscaler",
        "upscaler-card": "training.upscaler_commands:upscaler_card",
    },
    "Pictures and weights": {
        "collect": "training.collect.commands:collect",
        "add": "training.commands:add",
    },
}
"""By panel of the help and name: the module and the function that is the command."""


class _Commands(TyperGroup):
    """Imports a command when it is asked for: some are scripts that import torch."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002  # Typer's context is private
        return [name for those in COMMANDS.values() for name in those]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        for panel, those in COMMANDS.items():
            if cmd_name in those and cmd_name not in self.commands:
                module, _, function = those[cmd_name].partition(":")
                one = typer.Typer(add_completion=False)
                one.command(cmd_name, rich_help_panel=panel)(
                    getattr(import_module(module), function)
                )
                self.commands[cmd_name] = typer.main.get_command(one)
        return super().get_command(ctx, cmd_name)


app = typer.Typer(
    cls=_Commands,
    help="Train networks, judge them, and take them in.",
    no_args_is_help=True,
    add_completion=False,
)


@app.callback()
def _group() -> None:
    """Make a group, although no command is declared here."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; see :func:`model_layer.cli.console.run`."""
    return console.run(app, "python -m training", arguments)


if __name__ == "__main__":
    sys.exit(main())
