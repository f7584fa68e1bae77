"""``python -m playground.fake_bot serve`` (or ``work``): the real bot with the fake engine.

The one difference from ``python -m handler`` is what computes, and how long queues pause before
another try: so that hundreds of jobs, and what goes wrong with them, take minutes.
"""

import sys

from handler.processes.early_stop import stop_early

if __name__ == "__main__":
    stop_early(sys.argv[1:])  # as handler.__main__ does

import os
import random
import time
from functools import partial

from PIL import Image

from handler import services
from handler.__main__ import main
from handler.jobs import supervisor
from handler.jobs.consumer import Consumer
from handler.jobs.engine import OnProgress
from handler.processes import running
from model_layer.effects import Effect
from model_layer.store.manifest import Model
from model_layer.store.store import ModelStore
from playground.engine import FakeEngine

LONGEST_SECONDS = float(os.environ.get("FAKE_SECONDS", "0.3"))
"""What a job computes at most."""
PAUSE_SECONDS = 1.0
"""Before a job's second try."""
VISIBILITY_SECONDS = 12.0
"""After how long SQS delivers the job of a worker that was killed."""


class BusyEngine(FakeEngine):
    """Takes some time for each picture, so that a job can be interrupted."""

    def apply(
        self, effect: Effect, image: Image.Image, on_progress: OnProgress, model: Model
    ) -> Image.Image:
        """Invert or enlarge the picture, in up to :data:`LONGEST_SECONDS`."""
        for step in range(4):
            on_progress(step / 4)
            time.sleep(random.uniform(0, LONGEST_SECONDS / 4))  # noqa: S311
        return super().apply(effect, image, on_progress, model)


def _engine(_: ModelStore, device: str | None) -> BusyEngine:  # noqa: ARG001  # as load_engine
    return BusyEngine()


if __name__ == "__main__":
    services.load_engine = _engine  # type: ignore[assignment,attr-defined]
    services.LOCAL_PAUSE = PAUSE_SECONDS  # type: ignore[misc]
    services.Consumer = partial(  # type: ignore[assignment,attr-defined]
        Consumer, visibility_seconds=VISIBILITY_SECONDS, first_pause=PAUSE_SECONDS
    )
    supervisor.WORK = (  # type: ignore[misc]
        *(sys.executable, "-m", "playground.fake_bot"),
        *("work", "--supervised"),
    )
    running.end(main(sys.argv[1:]))
