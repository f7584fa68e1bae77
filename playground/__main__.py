"""``python -m playground``: chat with the bot in the browser: no token, no Telegram."""

import asyncio
import sys
from collections.abc import Sequence
from typing import Annotated

import typer

from handler.__main__ import exit_code
from playground.local_bot import playground

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def serve(
    port: Annotated[int, typer.Option(min=0, max=65535, help="Of the chat page; 0: any.")] = 8081,
) -> None:
    """Chat with the bot in the browser, until Ctrl-C: no token, no Telegram."""
    asyncio.run(playground(port))


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve the chat page; returns the exit code, as that of the bot's own commands."""
    return exit_code(app, arguments)


if __name__ == "__main__":
    sys.exit(main())
