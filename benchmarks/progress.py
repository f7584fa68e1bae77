"""A bar that shows how far a long measurement is."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Final

from tqdm import tqdm

LOOK_SECONDS: Final = 2.0


@asynccontextmanager
async def progress(total: int, done: Callable[[], int]) -> AsyncIterator[None]:
    """Show on a terminal, until the end of this context, how many of ``total`` are done."""
    with tqdm(total=total, unit="picture", disable=None) as bar:

        async def look() -> None:
            while True:
                await asyncio.sleep(LOOK_SECONDS)
                bar.update(done() - bar.n)

        looking = asyncio.create_task(look())
        try:
            yield
        finally:
            looking.cancel()
            with suppress(asyncio.CancelledError):
                await looking
