"""``python -m handler``: run the bot, or tell Telegram where it is."""

import argparse
import asyncio
import logging
import sys
from collections.abc import Awaitable, Callable, Sequence

from aiogram.exceptions import AiogramError
from pydantic import ValidationError

from handler import webhook_admin
from handler.app import MissingSettingError
from handler.aws.cloud_error import CloudError
from handler.aws.stack import settings_of_stack
from handler.observability import telemetry
from handler.observability.logs import redact
from handler.processes import running
from handler.services import Services
from handler.settings import Settings, problems

FAILED = 1
WRONG_SETTINGS = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the command line says.

    Returns:
        The exit code: 0, 1 when something failed, 2 when a setting is missing or wrong.
    """
    options = _parser().parse_args(arguments)
    run: Callable[[argparse.Namespace], None] = options.run
    return exit_code(lambda: run(options))


def exit_code(run: Callable[[], None]) -> int:
    """Run a command; report what ends it in one line, without secrets."""
    try:
        run()
    except ValidationError as error:
        print(*problems(error), sep="\n", file=sys.stderr)
        return WRONG_SETTINGS
    except MissingSettingError as error:
        print(error, file=sys.stderr)
        return WRONG_SETTINGS
    except (AiogramError, CloudError, OSError) as error:
        print(redact(str(error)), file=sys.stderr)
        return FAILED
    except KeyboardInterrupt:
        pass
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m handler", description="The bot.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    commands.add_parser("serve", help="answer Telegram's webhook").set_defaults(run=_serve)
    commands.add_parser(
        "poll", help="fetch updates instead: no public address needed"
    ).set_defaults(run=_poll)
    commands.add_parser(
        "work", help="work off the jobs in QUEUE_URL: on a machine with a GPU, say"
    ).set_defaults(run=_work)
    webhook = commands.add_parser("webhook", help="tell Telegram where the bot is")
    actions = webhook.add_subparsers(required=True, metavar="ACTION")
    for name, action, text in (
        ("set", _set, "send updates to WEBHOOK_URL; publish commands and descriptions"),
        ("info", _info, "show what Telegram knows"),
        ("delete", _delete, "send no more updates"),
    ):
        parser_of_action = actions.add_parser(name, help=text)
        parser_of_action.add_argument(
            "--stack",
            metavar="NAME",
            help="of the bot deployed to AWS: take address, token and secret from there",
        )
        parser_of_action.set_defaults(run=_admin, action=action)
    return parser


def _settings(stack: str | None = None) -> Settings:
    settings = settings_of_stack(stack) if stack else Settings()  # from the environment
    telemetry.set_up(settings)
    return settings


def _serve(_: argparse.Namespace) -> None:
    running.serve(_settings())


def _poll(_: argparse.Namespace) -> None:
    asyncio.run(running.poll(_settings()))


def _work(_: argparse.Namespace) -> None:
    asyncio.run(running.work(_settings()))


def _admin(options: argparse.Namespace) -> None:
    action: Callable[[Services], Awaitable[str]] = options.action

    async def act() -> str:
        async with Services(_settings(options.stack)) as services:
            # Who waits for the outcome needs no word about every try.
            logging.getLogger("handler.telegram.client").setLevel(logging.ERROR)
            return await action(services)

    print(asyncio.run(act()))


async def _set(services: Services) -> str:
    return f"Telegram sends updates to {await webhook_admin.set_webhook(services)}"


async def _info(services: Services) -> str:
    return await webhook_admin.webhook_info(services)


async def _delete(services: Services) -> str:
    await webhook_admin.delete_webhook(services)
    return "The webhook is deleted."


if __name__ == "__main__":
    sys.exit(main())
