"""What goes wrong between the bot and Telegram, decided by a seed."""

import random
import time
from collections import Counter

from playground import ApiError, Fault
from playground.faults import FaultPlan

PAGES = tuple(Fault("page", status=status) for status in (500, 502, 503))
RESETS = (Fault("reset"), Fault("broken"))
LOST = (Fault("reset", takes_effect=True), Fault("page", takes_effect=True, status=504))
HANGS = (Fault("hang", seconds=30), Fault("hang", takes_effect=True, seconds=30))
DOWNLOADS = (Fault("cut"), Fault("empty"), Fault("broken"), Fault("page"), *HANGS[:1])

OUTAGE_SECONDS = 3.0
OUTAGES_EACH_SECONDS = 20.0


class RandomFaults(FaultPlan):
    """Lets calls fail by chance; the n-th call of a method always fares the same by a seed.

    Besides, there are outages: for :data:`OUTAGE_SECONDS` every call gets a gateway's page.

    Args:
        seed: of the chances.
        share: of the calls that fail, 0 to 1.
    """

    def __init__(self, seed: int, share: float) -> None:
        super().__init__()
        self._seed = seed
        self._share = share
        self.calls: Counter[str] = Counter()
        """How often each method was called."""
        self._began = time.monotonic()
        self.injected: Counter[str] = Counter()
        """How often each fault was injected, by "method: kind"."""

    def take(self, name: str) -> ApiError | Fault | None:
        """Decide about a call."""
        name = name.lower()
        self.calls[name] += 1
        fault = self._decide(name)
        if fault:
            self.injected[f"{name}: {describe(fault)}"] += 1
        return fault

    def _decide(self, name: str) -> ApiError | Fault | None:
        seconds = time.monotonic() - self._began
        if seconds % OUTAGES_EACH_SECONDS > OUTAGES_EACH_SECONDS - OUTAGE_SECONDS:
            return PAGES[1]
        chance = random.Random(f"{self._seed} {name} {self.calls[name]}")  # noqa: S311
        if chance.random() >= self._share:
            return None
        if name == "download":
            return chance.choice(DOWNLOADS)
        kinds = ["page"] * 4 + ["reset"] * 3 + ["lost"] * 3 + ["busy"] * 2 + ["hang"]
        kind = chance.choice(kinds)
        if kind == "busy":
            return ApiError(429, "Too Many Requests: retry after 1", {"retry_after": 1})
        choices = {"page": PAGES, "reset": RESETS, "lost": LOST, "hang": HANGS}
        return chance.choice(choices[kind])


def describe(fault: ApiError | Fault) -> str:
    """Name a fault in a few words."""
    if isinstance(fault, ApiError):
        return str(fault.error_code)
    kind = f"{fault.kind} {fault.status}" if fault.kind == "page" else fault.kind
    return f"{kind}, answer lost" if fault.takes_effect else kind
