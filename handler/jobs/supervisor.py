"""A worker process beside the one that talks to Telegram: started, woken, watched, replaced.

Both hold one end of a connection, the worker as its standard input. A byte to the worker says that
a job was put; a byte from the worker says that it is well. When one end is closed, by whatever
became of that process, the other process knows.
"""

import asyncio
import contextlib
import logging
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from typing import Final

from handler.jobs.sqlite.queue import SqliteJobQueue
from handler.waiting import wait_at_most

WORK: Final = (sys.executable, "-m", "handler", "work", "--supervised")
PULSE_SECONDS: Final = 1.0
"""Between two signs of life."""
START_SECONDS: Final = 600.0
"""How long the first one may take: on a busy machine, Python takes minutes to read all modules, and
a worker that is killed for that never gets to work."""
SILENCE_SECONDS: Final = 30.0
"""After so long without one a worker is killed; loading torch may hold everything up for 15."""
EXIT_SECONDS: Final = 5.0
"""How long a worker may take to exit after it has closed its end."""
FIRST_PAUSE: Final = 0.2
"""Before a worker that died is started again, seconds; doubles while it dies at once."""
LONGEST_PAUSE: Final = 30.0
STABLE_SECONDS: Final = 60.0
"""A worker that has lived so long did not die at once."""
KILL_SECONDS: Final = 1.0
"""Of the time to stop: for a worker that has to be killed, and for releasing its jobs."""

logger = logging.getLogger(__name__)


class Supervisor:
    """Keeps one worker running until it is told to stop.

    A worker that ends or falls silent is replaced, and the jobs that it had are delivered again
    at once.

    Args:
        queue: that the worker takes its jobs from.
        command: of the worker; by default :data:`WORK`.
    """

    def __init__(self, queue: SqliteJobQueue, command: Sequence[str] | None = None) -> None:
        self._queue = queue
        self._command = command or WORK
        self._process: subprocess.Popen[bytes] | None = None
        self._writer: asyncio.StreamWriter | None = None
        self._keeping: asyncio.Task[None] | None = None
        self._stopping = asyncio.Event()
        queue.subscribe(self._wake)

    @property
    def pid(self) -> int | None:
        """Of the worker; None between two."""
        return self._process.pid if self._process else None

    def start(self) -> None:
        """Start the worker, in the running event loop."""
        self._keeping = asyncio.create_task(self._keep_running(), name="supervisor")

    async def stop(self, seconds: float) -> None:
        """Have the worker stop, and kill it when it has not after ``seconds``.

        Jobs that it had begun and not done are visible again.
        """
        self._stopping.set()
        if self._keeping is None:
            return
        if self._process:
            self._process.terminate()  # one that is just starting does not listen yet
        _, late = await asyncio.wait([self._keeping], timeout=max(0.0, seconds - KILL_SECONDS))
        if late and self._process:
            logger.warning("the worker does not stop and is killed")
            self._process.kill()
        await self._keeping

    async def _keep_running(self) -> None:
        pause = FIRST_PAUSE
        while not self._stopping.is_set():
            began = time.monotonic()
            code = await self._run_once()
            if self._stopping.is_set():
                return
            if time.monotonic() - began > STABLE_SECONDS:
                pause = FIRST_PAUSE
            if code == 0:  # it has grown too large
                logger.info("the worker has ended and is started again")
                continue
            logger.error("the worker has died (%s) and is started again in %.1f s", code, pause)
            await wait_at_most(self._stopping, pause)
            pause = min(2 * pause, LONGEST_PAUSE)

    async def _run_once(self) -> int:
        """Run a worker until it has ended; returns its exit code."""
        ours, theirs = socket.socketpair()
        with theirs:
            # A process group of its own: Ctrl-C is for this process, which then stops the worker.
            process = subprocess.Popen(  # noqa: ASYNC220, S603  # milliseconds; our own command
                self._command, stdin=theirs.fileno(), process_group=0
            )
        reader, self._writer = await asyncio.open_connection(sock=ours)
        self._process = process
        try:
            if not await self._is_silent(reader):
                limit = None if self._stopping.is_set() else EXIT_SECONDS
                with contextlib.suppress(subprocess.TimeoutExpired):
                    return await asyncio.to_thread(process.wait, limit)
            process.kill()
            return await asyncio.to_thread(process.wait)
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()
            self._writer.close()
            self._process = self._writer = None
            if count := await self._queue.release_of(str(process.pid)):
                logger.warning("%d jobs of the worker that ended begin anew", count)

    async def _is_silent(self, reader: asyncio.StreamReader) -> bool:
        """Wait until the worker closes its end (False), or gives no sign of life (True)."""
        try:
            async with asyncio.timeout(START_SECONDS) as limit:
                while await reader.read(64):
                    limit.reschedule(asyncio.get_running_loop().time() + SILENCE_SECONDS)
        except TimeoutError:
            logger.error("the worker gives no sign of life")
            return True
        except ConnectionError:
            pass
        return False

    def _wake(self) -> None:
        if self._writer and not self._writer.is_closing():
            self._writer.write(b"j")


class Supervised:
    """The worker's end of the connection: wakes its queue, and says that it is alive.

    Args:
        queue: to wake.
    """

    def __init__(self, queue: SqliteJobQueue) -> None:
        self._queue = queue

    async def run(self, stopped: asyncio.Event) -> None:
        """Serve until the supervisor is gone or wants the worker to stop; then set ``stopped``."""
        reader, writer = await asyncio.open_connection(sock=socket.socket(fileno=0))
        pulse = asyncio.create_task(self._send_pulse(writer))
        try:
            while await reader.read(64):
                self._queue.wake()
        except ConnectionError:
            pass
        finally:
            pulse.cancel()
            stopped.set()

    async def _send_pulse(self, writer: asyncio.StreamWriter) -> None:
        while True:
            writer.write(b".")
            await asyncio.sleep(PULSE_SECONDS)
