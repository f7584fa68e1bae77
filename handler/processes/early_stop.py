"""A signal to stop that comes while a process still reads its modules."""

import os
import signal
from collections.abc import Sequence
from typing import Final

UNTIL_STOPPED: Final = ("serve", "poll", "work")
"""Commands that end well when they are told to stop."""


def stop_early(arguments: Sequence[str]) -> None:
    """Let SIGTERM end the process with 0 until :func:`handler.processes.running.run` listens.

    Nothing is begun by then. Without a handler the exit code would be that of a killed process,
    and the first process of a container would not notice the signal at all.

    Args:
        arguments: of the command line; other commands are left as they are.
    """
    if arguments[:1] and arguments[0] in UNTIL_STOPPED:
        signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
