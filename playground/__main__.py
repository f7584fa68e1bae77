"""``python -m playground``: chat with the bot in the browser: no token, no Telegram."""

import argparse
import asyncio
import sys
from collections.abc import Sequence

from handler.__main__ import exit_code
from playground.local_bot import playground

PORT = 8081
LAST_PORT = 65535


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve the chat page until Ctrl-C.

    Returns:
        The exit code: 0, 1 when something failed, 2 when a setting is wrong.
    """
    parser = argparse.ArgumentParser(prog="python -m playground", description=__doc__)
    parser.add_argument("--port", type=_port, default=PORT, help="of the chat page")
    options = parser.parse_args(arguments)
    return exit_code(lambda: asyncio.run(playground(options.port)))


def _port(text: str) -> int:
    """Read a port; 0 is any free one."""
    if not (text.isascii() and text.isdecimal() and int(text) <= LAST_PORT):
        raise argparse.ArgumentTypeError(f"{text!r} is not a port: 0 to {LAST_PORT}")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
