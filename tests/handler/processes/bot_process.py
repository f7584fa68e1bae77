"""``python -m handler`` with an engine without networks, and with faults that a test asks for.

A fault is a file in the folder ``FAULTS``; it happens once, in whichever process comes first:
``kill-STAGE`` kills who comes there, ``hang`` lets the engine compute for ever without a word,
``hang-decoding`` and ``crash-decoding`` let the decoder hang, or crash as native code does.
While there is a file ``hold``, engines wait; while there is a file ``deadly``, they kill; while
there is a file ``slow``, deliveries take long. A picture of ``DEADLY_SIZE`` crashes the decoder
every time. ``written-NAME`` is left for each other file that is written.
"""

import sys

from handler.processes.early_stop import stop_early

if __name__ == "__main__":
    stop_early(sys.argv[1:])  # as handler.__main__ does

import asyncio
import ctypes
import io
import os
import signal
import tempfile
import time
from collections.abc import Callable
from functools import partial, wraps
from pathlib import Path
from typing import Any

from PIL import Image

from handler import services
from handler.__main__ import main
from handler.aws.sqs import SqsJobQueue
from handler.jobs import maker, model_thread, pictures, supervisor, worker
from handler.jobs.consumer import Consumer
from handler.jobs.engine import OnProgress
from handler.jobs.sqlite.queue import SqliteJobQueue
from handler.processes import running
from model_layer import images
from model_layer.effects import Effect
from model_layer.images import Decoded
from model_layer.store.manifest import Model
from model_layer.store.store import ModelStore
from playground.engine import FakeEngine
from tests.handler.processes.machine import DEADLY_SIZE

FAULTS = Path(os.environ["FAULTS"])
SLOW_SECONDS = 0.5


def happens(fault: str) -> bool:
    try:
        (FAULTS / fault).unlink()
    except FileNotFoundError:
        return False
    return True


def kill_at(stage: str) -> None:
    if happens(f"kill-{stage}"):
        os.kill(os.getpid(), signal.SIGKILL)


def killed_before(stage: str, call: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(call)
    async def wrapped(*args: Any, **kwargs: Any) -> Any:
        kill_at(stage)
        return await call(*args, **kwargs)

    return wrapped


def killed_after(stage: str, call: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(call)
    async def wrapped(*args: Any, **kwargs: Any) -> Any:
        outcome = await call(*args, **kwargs)
        kill_at(stage)
        return outcome

    return wrapped


class FaultyEngine(FakeEngine):
    def apply(
        self, effect: Effect, image: Image.Image, on_progress: OnProgress, model: Model
    ) -> Image.Image:
        (FAULTS / f"begun-{time.monotonic_ns()}").touch()
        kill_at("computing")
        if (FAULTS / "deadly").exists():
            os.kill(os.getpid(), signal.SIGKILL)
        while happens("hang"):
            time.sleep(3600)
        while (FAULTS / "hold").exists():
            on_progress(0.25)
            time.sleep(0.01)
        return super().apply(effect, image, on_progress, model)


def slowly(call: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(call)
    async def wrapped(*args: Any, **kwargs: Any) -> Any:
        if (FAULTS / "slow").exists():
            await asyncio.sleep(SLOW_SECONDS)
        return await call(*args, **kwargs)

    return wrapped


def faulty_decode(data: bytes, max_pixels: int) -> Decoded:
    if happens("crash-decoding") or Image.open(io.BytesIO(data)).size == DEADLY_SIZE:
        ctypes.string_at(0)
    while happens("hang-decoding"):
        time.sleep(3600)
    return images.decode(data, max_pixels)


def note_what_is_written(event: str, args: tuple[Any, ...]) -> None:
    """Leave a file for each that is opened to be written, by Python code, elsewhere."""
    if event != "open" or not isinstance(args[0], (str, bytes)):
        return
    path, flags = os.fsdecode(args[0]), args[2]
    own = (os.environ["STORE"], str(FAULTS), "/dev/", "/proc/")
    is_written = flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
    if is_written and not path.startswith(own) and "__pycache__" not in path:
        (FAULTS / f"written-{Path(path).name}").touch()


def faulty_engine(store: ModelStore, _: str | None) -> FaultyEngine:
    return FaultyEngine(store)


if __name__ == "__main__":
    supervisor.WORK = (  # type: ignore[misc]
        *(sys.executable, "-m", "tests.handler.processes.bot_process"),
        *("work", "--supervised"),
    )
    supervisor.SILENCE_SECONDS = 4.0  # type: ignore[misc]
    model_thread.STUCK_SECONDS = 0.2  # type: ignore[misc]
    pictures.decode = faulty_decode  # type: ignore[attr-defined]
    pictures.DECODING_SECONDS = 2.0  # type: ignore[misc]
    tempfile.gettempdir()  # is found out by writing there
    sys.addaudithook(note_what_is_written)
    services.load_engine = faulty_engine  # type: ignore[assignment,attr-defined]
    services.LOCAL_PAUSE = 0.1  # type: ignore[misc]
    maker.download = killed_after("downloaded", maker.download)  # type: ignore[attr-defined]
    maker.deliver = slowly(maker.deliver)  # type: ignore[attr-defined]
    worker.Worker.attempt = killed_before("received", worker.Worker.attempt)  # type: ignore[method-assign]
    for queue in (SqliteJobQueue, SqsJobQueue):
        queue.put = killed_before(  # type: ignore[method-assign]
            "unkept", killed_after("kept", queue.put)
        )
        queue.acknowledge = killed_before(  # type: ignore[method-assign]
            "delivered", queue.acknowledge
        )
    # For SQS; on one machine the supervisor sees at once that a worker has died.
    services.Consumer = partial(  # type: ignore[assignment,attr-defined]
        Consumer, visibility_seconds=float(os.environ.get("VISIBILITY", "4")), first_pause=0.1
    )
    if "work" in sys.argv:
        (FAULTS / f"worker-{os.getpid()}").touch()
    running.end(main(sys.argv[1:]))
