"""``python -m handler``: run the bot, or tell Telegram where it is."""

import argparse
import asyncio
import sys
from collections.abc import Awaitable, Callable, Sequence

from aiogram.exceptions import AiogramError
from pydantic import ValidationError

from handler import running, webhook_admin
from handler.app import MissingSettingError
from handler.logs import configure_logging, redact
from handler.services import Services
from handler.settings import Settings

FAILED = 1
WRONG_SETTINGS = 2
PLAYGROUND_PORT = 8081


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the command line says.

    Returns:
        The exit code: 0, 1 when something failed, 2 when a setting is missing or wrong.
    """
    options = _parser().parse_args(arguments)
    run: Callable[[argparse.Namespace], None] = options.run
    try:
        run(options)
    except ValidationError as error:
        for problem in error.errors(include_input=False):
            print(
                _setting_problem(problem["loc"], problem["type"], problem["msg"]), file=sys.stderr
            )
        return WRONG_SETTINGS
    except MissingSettingError as error:
        print(error, file=sys.stderr)
        return WRONG_SETTINGS
    except (AiogramError, OSError) as error:
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
    playground = commands.add_parser(
        "playground", help="chat with the bot in the browser: no token, no Telegram"
    )
    playground.add_argument("--port", type=int, default=PLAYGROUND_PORT, help="of the chat page")
    playground.set_defaults(run=_playground)
    webhook = commands.add_parser("webhook", help="tell Telegram where the bot is")
    actions = webhook.add_subparsers(required=True, metavar="ACTION")
    for name, action, text in (
        ("set", _set, "send updates to WEBHOOK_URL; publish commands and descriptions"),
        ("info", _info, "show what Telegram knows"),
        ("delete", _delete, "send no more updates"),
    ):
        actions.add_parser(name, help=text).set_defaults(run=_admin, action=action)
    return parser


def _settings() -> Settings:
    settings = Settings()  # from the environment
    configure_logging(settings.log_level)
    return settings


def _serve(_: argparse.Namespace) -> None:
    running.serve(_settings())


def _poll(_: argparse.Namespace) -> None:
    asyncio.run(running.poll(_settings()))


def _playground(options: argparse.Namespace) -> None:
    asyncio.run(running.playground(options.port))


def _admin(options: argparse.Namespace) -> None:
    action: Callable[[Services], Awaitable[str]] = options.action

    async def act() -> str:
        async with Services(_settings()) as services:
            return await action(services)

    print(asyncio.run(act()))


async def _set(services: Services) -> str:
    return f"Telegram sends updates to {await webhook_admin.set_webhook(services)}"


async def _info(services: Services) -> str:
    return await webhook_admin.webhook_info(services)


async def _delete(services: Services) -> str:
    await webhook_admin.delete_webhook(services)
    return "The webhook is deleted."


def _setting_problem(place: tuple[int | str, ...], kind: str, message: str) -> str:
    """Name the variable and what is wrong with it; never its value."""
    variable = ".".join(map(str, place)).upper()
    if kind == "missing":
        return f"{variable} is not set"
    return f"{variable}: {message.removeprefix('Value error, ')}"


if __name__ == "__main__":
    sys.exit(main())
