"""Training and judging: python -m training COMMAND."""

import sys
from collections.abc import Callable, Sequence
from typing import Any

import typer

from model_layer.cli import console
from training import commands, neon_commands, upscaler_commands
from training.collect.commands import collect

app = typer.Typer(help="Train networks, judge them, and take them in.", no_args_is_help=True)
_COMMANDS: dict[str, dict[str, Callable[..., Any]]] = {
    "Neon": {
        "train-neon": neon_commands.train_neon,
        "smooth-neon": neon_commands.smooth_neon,
        "contact-sheet": neon_commands.contact_sheet,
        "compare-neon": neon_commands.compare_neon,
        "evaluate-neon": neon_commands.evaluate_neon,
    },
    "Upscaling": {
        "train-upscaler": upscaler_commands.train_upscaler,
        "training-curves": upscaler_commands.training_curves,
        "evaluate-upscaler": upscaler_commands.evaluate_upscaler,
        "upscaler-card": upscaler_commands.upscaler_card,
    },
    "Pictures and weights": {"collect": collect, "add": commands.add},
}
for panel, those in _COMMANDS.items():
    for name, command in those.items():
        app.command(name, rich_help_panel=panel)(command)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; see :func:`model_layer.cli.console.run`."""
    return console.run(app, "python -m training", arguments)


if __name__ == "__main__":
    sys.exit(main())
