"""The job queue in SQS: chats in order, each press once, what is throttled is asked again."""

from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError
from botocore.stub import Stubber

from handler.aws.clients import client
from handler.aws.sqs import USUAL_RETENTION_SECONDS, SqsJobQueue, message_in
from handler.jobs.job import Job
from handler.jobs.queue import Message
from tests.aws import Aws
from tests.handler.jobs.conftest import MakeJob


def waiting(url: str) -> list[dict[str, Any]]:
    """Receive what is in a queue: the first messages of each chat."""
    answer = client("sqs").receive_message(
        QueueUrl=url, MaxNumberOfMessages=10, MessageSystemAttributeNames=["All"]
    )
    return [dict(message) for message in answer.get("Messages", [])]


async def test_a_chats_jobs_of_a_weight_are_a_group_and_a_press_a_deduplication_id(
    aws: Aws, make_job: MakeJob
) -> None:
    queue = aws.fifo_queue()
    await SqsJobQueue(queue.url).put(make_job(id="4711", chat_id=-100))
    (message,) = waiting(queue.url)
    assert message["Attributes"]["MessageGroupId"] == "-100-light"
    assert message["Attributes"]["MessageDeduplicationId"] == "4711"


def test_a_record_of_an_event_is_a_message() -> None:
    record = {
        "messageId": "id",
        "receiptHandle": "receipt",
        "body": "{}",
        "attributes": {"ApproximateReceiveCount": "2", "MessageGroupId": "7"},
        "eventSource": "aws:sqs",
    }
    assert message_in(record) == Message("id", "{}", "receipt", 2)


async def test_a_rejected_job_is_a_dead_letter(aws: Aws, make_job: MakeJob) -> None:
    queue = aws.fifo_queue(max_receives=1)
    source = SqsJobQueue(queue.url)
    job = make_job()
    await source.put(job)
    message = await source.receive(0, 60)
    assert message is not None
    await source.reject(message)
    assert await source.receive(0, 60) is None
    (dead,) = waiting(queue.dead_letters_url)
    assert Job.model_validate_json(dead["Body"]) == job


async def test_without_a_redrive_policy_no_delivery_is_the_last(aws: Aws) -> None:
    assert await SqsJobQueue(aws.fifo_queue().dead_letters_url).max_deliveries() == 0


async def test_the_queue_is_asked_for_its_policy_once(aws: Aws) -> None:
    asked: list[dict[str, Any]] = []
    sqs = client("sqs")
    sqs.meta.events.register(
        "provide-client-params.sqs.GetQueueAttributes", lambda params, **_: asked.append(params)
    )
    source = SqsJobQueue(aws.fifo_queue().url, sqs)
    assert [await source.max_deliveries() for _ in range(2)] == [3, 3]
    assert len(asked) == 1


async def test_throttling_is_no_full_queue(aws: Aws, make_job: MakeJob) -> None:
    sqs = client("sqs")
    with Stubber(sqs) as answers:
        for _ in range(4):  # as often as the client tries
            answers.add_client_error("send_message", "ThrottlingException", http_status_code=400)
        with pytest.raises(ClientError, match="Throttling"):
            await SqsJobQueue("https://example.org/1/jobs.fifo", sqs).put(make_job())


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
