"""How much memory is free, and how much something takes. Linux tells; elsewhere nobody knows."""

import math
from pathlib import Path

from model_layer.effects import PILLOW_BYTES, Effect, Size
from model_layer.networks.heap import return_freed_memory

LARGE_PIXELS = 8_000_000
"""Of a picture that takes tens of megabytes, and so long that a few milliseconds do not count."""

_MEMORY = Path("/proc/meminfo")
_PROCESS = Path("/proc/self/status")
_FORGET_PEAK = Path("/proc/self/clear_refs")
_GROUP = Path("/sys/fs/cgroup")


def free_bytes() -> float:
    """Return the memory that a process can still have: of the machine, or of its container.

    Infinite where it cannot be told.
    """
    machine = _field(_MEMORY, "MemAvailable")
    return min(math.inf if machine is None else machine, _free_in_group())


def predicted_bytes(effect: Effect, size: Size) -> int:
    """Predict the most memory that a picture takes at a time, from its decoding to its file.

    That of the network comes on top; it is known only when one is chosen.

    Args:
        effect: what is to be done.
        size: width and height of the picture, pixels.
    """
    _, shown = effect.passes(size)
    picture, result = math.prod(size), math.prod(effect.output_size(size))
    decoding = 2 * PILLOW_BYTES * picture  # as it is stored, and upright
    made_first = PILLOW_BYTES * math.prod(shown) if shown != size else 0
    applying = PILLOW_BYTES * picture + made_first + effect.memory_bytes(0, result)
    encoding = 2 * PILLOW_BYTES * result  # and its file, which is no larger
    return max(decoding, applying, encoding)


def resident_bytes() -> int:
    """Return the memory that this process has; 0 where it cannot be told."""
    return _field(_PROCESS, "VmRSS") or 0


def tidy_up(pixels: int) -> None:
    """Return to the system what was freed, where a picture is or was so large that it matters.

    Args:
        pixels: of the picture; for a small one the next job's memory is ready at once.
    """
    if pixels >= LARGE_PIXELS:
        return_freed_memory()


class PeakMemory:
    """The most memory that this process has taken since this was made, in bytes.

    What it freed before is returned first: else what is taken again would not show.
    """

    def __init__(self) -> None:
        return_freed_memory()
        try:
            _FORGET_PEAK.write_text("5")  # man 5 proc: resets VmHWM
        except OSError:
            self._before = None
        else:
            self._before = _field(_PROCESS, "VmRSS")

    def bytes(self) -> int | None:
        """Return it, over what the process had before; None where it cannot be told."""
        peak = _field(_PROCESS, "VmHWM")
        return None if peak is None or self._before is None else max(0, peak - self._before)


def _free_in_group() -> float:
    """Return what the container's limit leaves (control groups, version 2)."""
    try:
        limit = (_GROUP / "memory.max").read_text().strip()
        used = int((_GROUP / "memory.current").read_text())
        # Files that are only cached give way.
        cached = _statistic("inactive_file")
    except (OSError, ValueError):
        return math.inf
    return math.inf if limit == "max" else int(limit) - used + cached


def _statistic(name: str) -> int:
    for line in (_GROUP / "memory.stat").read_text().splitlines():
        key, _, value = line.partition(" ")
        if key == name:
            return int(value)
    return 0


def _field(path: Path, name: str) -> int | None:
    """Read a line such as "VmRSS:   1024 kB", as bytes."""
    try:
        lines = path.read_text().splitlines()
    except OSError:
        return None
    for line in lines:
        key, _, value = line.partition(":")
        if key == name:
            return int(value.split()[0]) * 1024
    return None
