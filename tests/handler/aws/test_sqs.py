"""The job queue in SQS: chats in order, each press once, throttling as a full queue."""

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError
from botocore.stub import Stubber

from handler.aws.clients import client
from handler.aws.sqs import USUAL_RETENTION_SECONDS, SqsJobQueue
from handler.jobs.job import Job
from handler.jobs.queue import QueueFullError
from tests.aws import Aws

MakeJob = Callable[..., Job]


def waiting(url: str) -> list[dict[str, Any]]:
    """Receive what is in a queue: the first messages of each chat."""
    answer = client("sqs").receive_message(
        QueueUrl=url, MaxNumberOfMessages=10, MessageSystemAttributeNames=["All"]
    )
    return [dict(message) for message in answer.get("Messages", [])]


async def test_a_job_arrives_as_it_was_put(aws: Aws, make_job: MakeJob) -> None:
    queue = aws.fifo_queue()
    job = make_job(id="4711", chat_id=-100, file_name="Нeon \u202e.jpg", language="ru")
    assert await SqsJobQueue(queue.url).put(job) == 0
    (message,) = waiting(queue.url)
    assert Job.model_validate_json(message["Body"]) == job
    assert message["Attributes"]["MessageGroupId"] == "-100"


async def test_there_is_a_place_for_every_job(aws: Aws, make_job: MakeJob) -> None:
    queue = SqsJobQueue(aws.fifo_queue().url)
    assert [await queue.reserve(7) for _ in range(3)] == [0, 0, 0]
    await queue.release(7)
    assert await queue.put(make_job()) == 0


async def test_the_jobs_of_a_chat_stay_in_order(aws: Aws, make_job: MakeJob) -> None:
    queue = aws.fifo_queue()
    for number in range(4):
        await SqsJobQueue(queue.url).put(make_job(id=str(number), chat_id=7))
    jobs = [Job.model_validate_json(message["Body"]) for message in waiting(queue.url)]
    assert [job.id for job in jobs] == ["0", "1", "2", "3"]


async def test_a_press_delivered_twice_makes_one_job(aws: Aws, make_job: MakeJob) -> None:
    queue = aws.fifo_queue()
    await SqsJobQueue(queue.url).put(make_job(id="1", status_message_id=10))
    await SqsJobQueue(queue.url).put(make_job(id="1", status_message_id=11))
    await SqsJobQueue(queue.url).put(make_job(id="2"))
    jobs = [Job.model_validate_json(message["Body"]) for message in waiting(queue.url)]
    assert [(job.id, job.status_message_id) for job in jobs] == [("1", 10), ("2", None)]


@pytest.mark.parametrize(
    "code", ["ThrottlingException", "RequestThrottled", "KmsThrottled", "OverLimit"]
)
async def test_throttling_is_a_full_queue(aws: Aws, make_job: MakeJob, code: str) -> None:
    sqs = client("sqs")
    with Stubber(sqs) as answers:
        for _ in range(4):  # as often as the client tries
            answers.add_client_error("send_message", code, http_status_code=400)
        with pytest.raises(QueueFullError) as refusal:
            await SqsJobQueue("https://example.org/1/jobs.fifo", sqs).put(make_job())
    assert refusal.value.retry_after >= 1


async def test_a_missing_queue_is_an_error_of_its_own(aws: Aws, make_job: MakeJob) -> None:
    url = aws.fifo_queue().url.replace("jobs", "other")
    with pytest.raises(ClientError, match="does not exist"):
        await SqsJobQueue(url).put(make_job())


async def test_without_a_connection_the_press_fails(
    aws: Aws, make_job: MakeJob, unused_tcp_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{unused_tcp_port}")
    monkeypatch.setattr("botocore.retries.standard.ExponentialBackoff.delay_amount", no_delay)
    with pytest.raises(EndpointConnectionError):
        await SqsJobQueue(f"http://127.0.0.1:{unused_tcp_port}/1/jobs.fifo").put(make_job())


def no_delay(*_: object) -> float:
    return 0.0


async def test_a_job_stays_no_longer_than_the_queue_keeps_it(aws: Aws) -> None:
    queue = aws.fifo_queue()
    sqs = client("sqs")
    asked: list[dict[str, Any]] = []
    sqs.meta.events.register(
        "provide-client-params.sqs.GetQueueAttributes", lambda params, **_: asked.append(params)
    )
    sqs.set_queue_attributes(QueueUrl=queue.url, Attributes={"MessageRetentionPeriod": "3600"})
    jobs = SqsJobQueue(queue.url)
    assert [await jobs.longest_stay(300) for _ in range(2)] == [3900, 3900]
    assert len(asked) == 1


async def test_a_queue_that_does_not_say_how_long_is_taken_for_a_usual_one(
    aws: Aws, caplog: pytest.LogCaptureFixture
) -> None:
    aws.fifo_queue()
    jobs = SqsJobQueue(f"{aws.url}/123456789012/nowhere.fifo")
    assert await jobs.longest_stay(300) == USUAL_RETENTION_SECONDS + 300
    assert "does not say how long it keeps jobs" in caplog.text
