"""How soon a job comes again, and what its queue says of how often it does."""

from typing import Any

import pytest

from handler.jobs.failures import TookTooLongError, TryAgainError
from handler.jobs.job import Job
from handler.jobs.messages import LONGEST_PAUSE, MessageHandler
from handler.jobs.queue import Message
from handler.telegram.errors import RetryAfterError
from tests.handler.jobs.conftest import MakeJob


class Failing:
    """A worker whose attempts fail for a given reason."""

    def __init__(self, reason: Exception) -> None:
        self.reason = reason
        self.given_up: list[str] = []

    async def attempt(self, job: Job, seconds: float | None = None, **options: Any) -> None:
        raise TryAgainError(self.reason)

    async def fail(self, job: Job, failure: Exception) -> None:
        assert failure is self.reason
        self.given_up.append(job.id)


class Source:
    """A queue that notes pauses; without a number of deliveries it does not answer."""

    counts_all = True

    def __init__(self, max_deliveries: int | None) -> None:
        self.limit = max_deliveries
        self.pauses: list[float] = []

    async def max_deliveries(self) -> int:
        if self.limit is None:
            raise OSError("no connection")
        return self.limit

    async def begin(self, message: Message) -> None:
        """Every delivery counts."""

    async def release(self, message: Message, pause: float, *, is_failure: bool = True) -> None:
        self.pauses.append(pause)

    async def reject(self, message: Message) -> None:
        raise OSError("no connection")


@pytest.mark.parametrize(
    ("reason", "deliveries", "pause"),
    [
        (RuntimeError("broken"), 1, 30),
        (RuntimeError("broken"), 2, 120),
        (RuntimeError("broken"), 9, LONGEST_PAUSE),
        (TookTooLongError("10 s"), 2, 0),
        (RetryAfterError(77), 1, 77),
    ],
)
async def test_the_pause_gives_the_cause_time_to_pass(
    make_job: MakeJob, reason: Exception, deliveries: int, pause: float
) -> None:
    worker: Any = Failing(reason)
    source: Any = Source(max_deliveries=10)
    message = Message("id", make_job().model_dump_json(), "receipt", deliveries)
    assert not await MessageHandler(worker, source).handle(message)
    assert source.pauses == [pause]
    assert worker.given_up == []


async def test_a_queue_that_delivers_for_ever_has_no_last_delivery(make_job: MakeJob) -> None:
    worker: Any = Failing(RuntimeError("broken"))
    source: Any = Source(max_deliveries=0)
    message = Message("id", make_job().model_dump_json(), "receipt", 1000)
    assert not await MessageHandler(worker, source).handle(message)
    assert source.pauses == [LONGEST_PAUSE]
    assert worker.given_up == []


async def test_a_queue_that_does_not_answer_leaves_nobody_in_silence(
    make_job: MakeJob, caplog: pytest.LogCaptureFixture
) -> None:
    worker: Any = Failing(RuntimeError("broken"))
    source: Any = Source(max_deliveries=None)
    message = Message("id", make_job(id="4711").model_dump_json(), "receipt", 1)
    assert not await MessageHandler(worker, source).handle(message)
    assert worker.given_up == ["4711"]
    assert "message id cannot be released: no connection" in caplog.text
