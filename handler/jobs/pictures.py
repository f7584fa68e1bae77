"""Places and threads for pictures: few at a time, and none of a size that does not fit."""

import asyncio
import math
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Final, TypeVar, TypeVarTuple

from model_layer import Effect
from model_layer.effects import PILLOW_BYTES
from model_layer.images import Decoded, decode, read_size
from model_layer.planning.memory import predicted_bytes, tidy_up

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
        self._max_pixels = max_pixels
        self.places = asyncio.Semaphore(places)
        """Keep one while a picture is in memory and worked on."""
        self._threads = ThreadPoolExecutor(places, thread_name_prefix="decode")
        self._decoding: dict[object, float] = {}

    async def decode(self, data: bytes) -> Decoded:
        """Decode a file in a thread, which cannot be ended when it hangs: see :meth:`is_stuck`.

        Raises:
            ImageError: it is no picture that can be taken.
        """
        return await self.run(self._decode, data)

    async def predict(self, effect: Effect, data: bytes, other: bytes | None) -> int:
        """Predict the bytes of memory that an effect takes, from the headers of its files.

        Raises:
            ImageError: one is no picture that can be taken.
        """
        return await self.run(self._predict, effect, data, other)

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
        with self._watched():
            picture = decode(data, self._max_pixels)
            tidy_up(picture.image.width * picture.image.height)
            return picture

    def _predict(self, effect: Effect, data: bytes, other: bytes | None) -> int:
        with self._watched():
            other_pixels = math.prod(read_size(other, self._max_pixels)) if other else 0
            size = read_size(data, self._max_pixels)
        return predicted_bytes(effect, size) + 2 * PILLOW_BYTES * other_pixels

    @contextmanager
    def _watched(self) -> Iterator[None]:
        this = object()
        self._decoding[this] = time.monotonic() + DECODING_SECONDS
        try:
            yield
        finally:
            del self._decoding[this]
