"""How commands run: errors in one line, progress on a terminal."""

import logging
import sys
import warnings
from collections.abc import Sequence

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from model_layer.store.publish import PublishError
from model_layer.store.store import ModelStoreError

INTERRUPTED = 130


def run(app: typer.Typer, program: str, arguments: Sequence[str] | None = None) -> int:
    """Run the command that the arguments name; report what ends it in one line.

    Returns:
        The exit code: 0 done, 1 some photos failed, 2 nothing could be done.
    """
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    logging.getLogger("botocore").setLevel(logging.WARNING)  # it tells where credentials are from
    warnings.filterwarnings("ignore", module="PIL")  # about metadata that nobody will miss
    try:
        code = app(args=arguments, prog_name=program, standalone_mode=False)
    except typer.TyperException as error:  # wrong usage; without a command the help was shown
        if not error.format_message():
            return error.exit_code
        return fail(f"{error.format_message()} ({program} --help tells more)")
    except (ModelStoreError, PublishError, ValueError, OSError) as error:
        return fail(reason(error))
    if code == INTERRUPTED:
        print("interrupted", file=sys.stderr)
    return code or 0


def fail(message: str) -> int:
    """Report why nothing could be done; returns the exit code."""
    print("error:", " ".join(message.split()), file=sys.stderr)
    return 2


def reason(error: Exception) -> str:
    """Put an error into a person's words: without numbers of the system's."""
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    return str(error)


def progress() -> Progress:
    """Make a progress bar that tells the time left; only on a terminal."""
    console = Console(stderr=True)
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeRemainingColumn(compact=True, elapsed_when_finished=True),
        console=console,
        transient=True,
        disable=not console.is_terminal,
        # What a command prints to a pipe stays out of the terminal.
        redirect_stdout=sys.stdout.isatty(),
    )
