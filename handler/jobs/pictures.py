"""Places and threads for pictures: few at a time, and what may kill its process by itself."""

import asyncio
import math
import time
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Final, TypeVar, TypeVarTuple

from model_layer.images import Decoded, decode
from model_layer.planning.memory import tidy_up

DECODING_SECONDS: Final = 60.0
"""Longer than any picture within the limits takes; what takes longer never ends."""

T = TypeVar("T")
Ts = TypeVarTuple("Ts")


class Pictures:
    """Decodes pictures, and bounds how many are held and worked on at a time.

    The threads are of its own: whatever a stranger's file does to them, the shared ones, which
    presses and name look-ups need, stay free.

    Args:
        places: pictures at a time.
        max_pixels: of a picture.
    """

    def __init__(self, places: int, max_pixels: int) -> None:
        self._number = places
        self._max_pixels = max_pixels
        self._places = asyncio.Semaphore(places)
        self._one_alone = asyncio.Lock()
        self._threads = ThreadPoolExecutor(places, thread_name_prefix="decode")
        self._decoding: dict[object, float] = {}

    @asynccontextmanager
    async def place(self, *, alone: bool = False) -> AsyncIterator[None]:
        """Wait for a place and keep it; for all of them where a picture is to be alone.

        One over which a process was killed costs nobody else an attempt then, should it kill again.
        """
        async with AsyncExitStack() as places:
            if alone:
                await places.enter_async_context(self._one_alone)
            for _ in range(self._number if alone else 1):
                await places.enter_async_context(self._places)
            yield

    async def decode(self, data: bytes) -> Decoded:
        """Decode a file in a thread, which cannot be ended when it hangs: see :meth:`is_stuck`.

        Raises:
            ImageError: it is no picture that can be taken.
        """
        return await self.run(self._decode, data)

    async def run(self, function: "Callable[[*Ts], T]", *args: *Ts) -> T:
        """Call a function in one of the threads."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, function, *args)

    def is_stuck(self) -> bool:
        """Tell whether a decoder keeps a thread for ever."""
        return time.monotonic() >= min(list(self._decoding.values()), default=math.inf)

    def close(self) -> None:
        """End the threads, without waiting for them."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _decode(self, data: bytes) -> Decoded:
        this = object()
        self._decoding[this] = time.monotonic() + DECODING_SECONDS
        try:
            picture = decode(data, self._max_pixels)
            tidy_up(picture.image.width * picture.image.height)
            return picture
        finally:
            del self._decoding[this]
