"""The C library's heap, told to keep what a network will ask for again a moment later.

Each layer of a network allocates tens of megabytes and frees them. glibc gives a freed top of the
heap back to the system at once, which then has to clear every page again: a quarter of the time
that upscaling takes on a CPU.
"""

import ctypes
import functools
import sys
from collections.abc import Callable

KEPT = 128 * 2**20
"""Bytes of freed memory that may stay with the process."""
LARGEST = 32 * 2**20
"""Bytes of the largest block that is taken from the heap; the most that glibc chooses by itself."""

# From glibc's malloc.h.
_M_TRIM_THRESHOLD = -1
_M_MMAP_THRESHOLD = -3


@functools.cache
def keep_freed_memory() -> bool:
    """Let the process keep up to :data:`KEPT` bytes that it freed; once for all.

    Returns:
        Whether the C library knows how; with others than glibc all stays as it was.
    """
    mallopt = _of_glibc("mallopt")
    return bool(
        mallopt and mallopt(_M_TRIM_THRESHOLD, KEPT) and mallopt(_M_MMAP_THRESHOLD, LARGEST)
    )


def return_freed_memory() -> bool:
    """Return to the system what the process freed; so what it takes next can be measured.

    Returns:
        Whether there was any, and the C library knows how.
    """
    trim = _of_glibc("malloc_trim")
    return bool(trim and trim(0))


def _of_glibc(name: str) -> Callable[..., int] | None:
    if not sys.platform.startswith("linux"):
        return None
    found: Callable[..., int] | None = getattr(ctypes.CDLL(None), name, None)
    return found
