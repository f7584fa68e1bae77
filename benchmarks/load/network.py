"""The way between the bot and Telegram: it takes time, and sometimes fails."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from playground import ApiError, Fault
from playground.faults import FaultPlan

FAULTS = (
    Fault("page", status=502),
    Fault("reset"),
    Fault("reset", takes_effect=True),
    ApiError(429, "Too Many Requests: retry after 1", {"retry_after": 1}),
)


class Mishaps(FaultPlan):
    """Lets a share of all calls fail, by a seed.

    Args:
        share: 0 to 1.
        seed: of the chances.
    """

    def __init__(self, share: float, seed: int = 1) -> None:
        super().__init__()
        self.share = share
        self._chance = random.Random(seed)  # noqa: S311
        self.count = 0
        """How many calls have failed."""

    def take(self, name: str) -> ApiError | Fault | None:
        """Decide about a call; files always arrive."""
        if name == "download" or self._chance.random() >= self.share:
            return None
        self.count += 1
        return self._chance.choice(FAULTS)


@asynccontextmanager
async def distance(port: int, seconds: float) -> AsyncIterator[int]:
    """Lay a line to a local port on which a request and its answer take ``seconds`` more.

    Yields:
        The port at its near end.
    """
    tasks: set[asyncio.Task[None]] = set()

    async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        loop = asyncio.get_running_loop()
        with suppress(ConnectionError):
            while data := await reader.read(65536):
                loop.call_later(seconds / 2, _write, writer, data)
        loop.call_later(seconds / 2, writer.close)

    async def connect(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", port)
        for work in (carry(reader, far_writer), carry(far_reader, writer)):
            task = asyncio.create_task(work)
            tasks.add(task)
            task.add_done_callback(tasks.discard)

    server = await asyncio.start_server(connect, "127.0.0.1", 0)
    yield server.sockets[0].getsockname()[1]
    server.close()
    for task in list(tasks):
        task.cancel()


def _write(writer: asyncio.StreamWriter, data: bytes) -> None:
    if not writer.is_closing():
        writer.write(data)
