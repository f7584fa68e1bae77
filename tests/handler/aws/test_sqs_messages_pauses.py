"""How soon a message comes again, and what the queue says of how often it does."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.stub import Stubber

from handler.aws.clients import client
from handler.aws.sqs_messages import LONGEST_PAUSE, Message, MessageHandler
from handler.jobs.failures import TookTooLongError, TryAgainError
from handler.jobs.job import Job
from handler.jobs.worker import Worker
from handler.telegram.errors import RetryAfterError
from tests.aws import Aws

MakeJob = Callable[..., Job]


class Failing:
    """A worker whose attempts fail for a given reason."""

    def __init__(self, reason: Exception) -> None:
        self.reason = reason
        self.given_up: list[str] = []

    async def attempt(
        self, job: Job, seconds: float | None = None, *, is_last: bool = False
    ) -> None:
        raise TryAgainError(self.reason)

    async def fail(self, job: Job, failure: Exception) -> None:
        assert failure is self.reason
        self.given_up.append(job.id)


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
    aws: Aws, make_job: MakeJob, reason: Exception, deliveries: int, pause: float
) -> None:
    worker: Any = Failing(reason)
    sqs = client("sqs")
    url = "https://example.org/1/jobs.fifo"
    message = Message("id", make_job().model_dump_json(), "receipt", deliveries)
    with Stubber(sqs) as answers:
        policy = json.dumps({"maxReceiveCount": 10})
        answers.add_response(
            "get_queue_attributes",
            {"Attributes": {"RedrivePolicy": policy}},
            {"QueueUrl": url, "AttributeNames": ["RedrivePolicy"]},
        )
        answers.add_response(
            "change_message_visibility",
            {},
            {"QueueUrl": url, "ReceiptHandle": "receipt", "VisibilityTimeout": round(pause)},
        )
        assert not await MessageHandler(worker, url, sqs).handle(message)
        answers.assert_no_pending_responses()
    assert worker.given_up == []


async def test_without_a_redrive_policy_no_delivery_is_the_last(worker: Worker, aws: Aws) -> None:
    handler = MessageHandler(worker, aws.fifo_queue().dead_letters_url)
    assert await handler.max_deliveries() == 0


async def test_a_queue_that_does_not_answer_leaves_nobody_in_silence(
    aws: Aws, make_job: MakeJob, caplog: pytest.LogCaptureFixture
) -> None:
    aws.fifo_queue()
    worker: Any = Failing(RuntimeError("broken"))
    message = Message("id", make_job(id="4711").model_dump_json(), "receipt", 1)
    url = f"{aws.url}/123456789012/nowhere.fifo"
    assert not await MessageHandler(worker, url).handle(message)
    assert worker.given_up == ["4711"]
    assert "message id cannot be set to come in 0 s" in caplog.text


async def test_the_queue_is_asked_for_its_policy_once(worker: Worker, aws: Aws) -> None:
    asked: list[dict[str, Any]] = []
    sqs = client("sqs")
    sqs.meta.events.register(
        "provide-client-params.sqs.GetQueueAttributes", lambda params, **_: asked.append(params)
    )
    handler = MessageHandler(worker, aws.fifo_queue().url, sqs)
    assert [await handler.max_deliveries() for _ in range(2)] == [3, 3]
    assert len(asked) == 1
