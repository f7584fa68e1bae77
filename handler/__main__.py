"""``python -m handler``: run the bot, or tell Telegram where it is."""

import sys

from handler.processes.early_stop import stop_early

if __name__ == "__main__":
    stop_early(sys.argv[1:])  # before the modules below, which take seconds on a busy machine

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError

from handler import webhook_admin
from handler.aws.cloud_error import CloudError
from handler.aws.dead_jobs import list_dead_jobs, redrive_dead_jobs
from handler.aws.release import release
from handler.aws.rollback import roll_back
from handler.aws.stack import connections_of_stack, outputs_of_stack, settings_of_stack
from handler.aws.stack_admin import empty_stack
from handler.jobs.engine import load_engine
from handler.jobs.sqlite.database import StoreError
from handler.observability import telemetry
from handler.observability.logs import redact
from handler.processes import running, trial
from handler.services import Services
from handler.settings import MissingSettingError, Settings, problems
from handler.telegram.errors import TelegramError
from model_layer import ModelStore, ModelStoreError

FAILED = 1
WRONG_USE = 2
WEIGHTS = str(Settings.model_fields["weights"].default)

# Typer's own tracebacks could show what must not be seen.
app = typer.Typer(help="Run the bot.", pretty_exceptions_enable=False)
webhook = typer.Typer(help="Tell Telegram where the bot is.")
app.add_typer(webhook, name="webhook")
stack_commands = typer.Typer(help="Look at the bot deployed to AWS, or empty it.")
app.add_typer(stack_commands, name="stack")

Stack = Annotated[
    str | None,
    typer.Option(
        metavar="NAME",
        help="The bot deployed to AWS as this stack: take address, token and secret from there.",
    ),
]

Supervised = Annotated[
    bool,
    typer.Option("--supervised", hidden=True, help="The standard input is a supervisor's socket."),
]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    Returns:
        The exit code: 0, 1 when something failed, 2 for a wrong command line or setting, 130
        after Ctrl-C.
    """
    return exit_code(app, arguments)


def exit_code(commands: typer.Typer, arguments: Sequence[str] | None) -> int:
    """Run a command; report the error that ends it in one line, without secrets."""
    try:
        return commands(arguments, standalone_mode=False) or 0
    except typer.TyperException as error:
        print(error.format_message(), "See --help.", file=sys.stderr)
        return WRONG_USE
    except ValidationError as error:
        print(*problems(error), sep="\n", file=sys.stderr)
        return WRONG_USE
    except MissingSettingError as error:
        print(error, file=sys.stderr)
        return WRONG_USE
    except (TelegramError, CloudError, StoreError, ModelStoreError, OSError) as error:
        print(redact(str(error)), file=sys.stderr)
        return FAILED


@app.command()
def serve() -> None:
    """Answer Telegram's webhook; jobs are done by a worker process beside this one."""
    settings = _settings()
    running.run(partial(running.serve, settings), settings.stop_seconds)


@app.command()
def poll() -> None:
    """Fetch updates instead: no public address needed."""
    settings = _settings()
    running.run(partial(running.poll, settings), settings.stop_seconds)


@app.command()
def work(*, supervised: Supervised = False) -> None:
    """Do the jobs in QUEUE_URL, on a machine with a GPU, say; without it, those in STORE."""
    settings = _settings()
    command = partial(running.work, settings, supervised=supervised)
    running.run(command, running.work_stop_seconds(settings))


@webhook.command("set")
def set_(stack: Stack = None) -> None:
    """Send updates to WEBHOOK_URL; publish name, picture, descriptions and commands."""
    connections = connections_of_stack(stack) if stack else None

    async def set_and_publish(services: Services) -> str:
        url = await webhook_admin.set_webhook(services, connections)
        await webhook_admin.publish(services)
        return url

    url = _ask_telegram(set_and_publish, stack)
    print(f"Telegram sends updates to {url}")


@webhook.command()
def info(stack: Stack = None) -> None:
    """Show what Telegram knows."""
    print(_ask_telegram(webhook_admin.webhook_info, stack))


@webhook.command()
def delete(stack: Stack = None) -> None:
    """Send no more updates."""
    _ask_telegram(webhook_admin.delete_webhook, stack)
    print("The webhook is deleted.")


@stack_commands.command()
def output(stack: str, name: str) -> None:
    """Print an output of a stack."""
    print(outputs_of_stack(stack, [name])[name])


@stack_commands.command()
def empty(stack: str) -> None:
    """Delete the published weights of a stack, if any."""
    print(empty_stack(stack))


@stack_commands.command()
def rollback(stack: str) -> None:
    """Let the functions run the image before, with the weights that belong to it."""
    print(*roll_back(stack), sep="\n")


@stack_commands.command()
def dead_jobs(
    stack: str,
    *,
    redrive: Annotated[bool, typer.Option("--redrive", help="Let them be done after all.")] = False,
) -> None:
    """List the jobs that failed for the last time."""
    if redrive:
        print(f"{redrive_dead_jobs(stack)} jobs are in line again")
    else:
        print(*list_dead_jobs(stack), sep="\n")


@stack_commands.command(name="release")
def name_release(stack: str, image: str, given: Annotated[str, typer.Argument()] = "") -> None:
    """Name what is deployed: image, template.yaml, and parameters, of which some are given anew."""
    print(release(stack, image, Path("template.yaml"), given))


@app.command(name="trial")
def describe_trial(weights: Annotated[str, typer.Option(envvar="WEIGHTS")] = WEIGHTS) -> None:
    """Print what the models make of a built-in picture; new versions on AWS must make the same."""
    store = ModelStore.open(weights)
    print(trial.run(store, load_engine(store, "cpu")))


def _settings(stack: str | None = None) -> Settings:
    settings = settings_of_stack(stack) if stack else Settings()  # from the environment
    telemetry.set_up(settings)
    return settings


def _ask_telegram(
    action: Callable[[Services], Awaitable[str | None]], stack: str | None
) -> str | None:
    async def act() -> str | None:
        async with Services(_settings(stack), jobs="elsewhere") as services:
            # Who waits for the outcome needs no word about every try.
            logging.getLogger("handler.telegram.retry").setLevel(logging.ERROR)
            return await action(services)

    return asyncio.run(act())


if __name__ == "__main__":
    running.end(main())
