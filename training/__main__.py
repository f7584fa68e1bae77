"""Training and judging: python -m training COMMAND."""

import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from model_layer.cli import console

COMMANDS: dict[str, dict[str, str]] = {
    "Neon": {
        "train-neon": "training.neon:train_neon",
        "evaluate-neon": "training.neon_evaluation:evaluate_neon",
        "blind-neon": "training.blind_neon:blind_neon",
    },
    "Upscaling": {
        "train-upscaler": "training.upscaler:train_upscaler",
        "evaluate-upscaler": "training.upscaler_commands:evaluate_upscaler",
        "upscaler-card": "training.upscaler_commands:upscaler_card",
        "blind-crops": "training.upscaler_commands:blind_crops",
    },
    "Pictures and weights": {
        "collect": "training.collect.commands:collect",
        "blind-tally": "training.upscaler_commands:blind_tally",
        "training-curves": "training.commands:training_curves",
        "add": "training.commands:add",
    },
}
"""By panel of the help and name: the module and the function that is the command."""


class _Command(TyperCommand):
    """Lets an option that may be repeated take all that follows it: ``--photos DAY/ NIGHT/``."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        several = {o for p in self.params if getattr(p, "multiple", False) for o in p.opts}
        spread: list[str] = []
        current, values = "", 0
        for word in args:
            if word.startswith("-"):
                current, values = (word, 0) if word in several else ("", 0)
            elif current:
                spread += [current] if values else []
                values += 1
            spread.append(word)
        return super().parse_args(ctx, spread)


class _Commands(TyperGroup):
    """Imports a command when it is asked for: some are scripts that import torch."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002  # Typer's context is private
        return [name for those in COMMANDS.values() for name in those]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        for panel, those in COMMANDS.items():
            if cmd_name in those and cmd_name not in self.commands:
                module, _, function = those[cmd_name].partition(":")
                one = typer.Typer(add_completion=False)
                one.command(cmd_name, cls=_Command, rich_help_panel=panel)(
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
