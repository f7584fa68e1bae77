"""The count of jobs in SQS, where it comes to differ from the truth."""

import pytest
from botocore.exceptions import ClientError

from handler.aws import clients
from handler.aws.backlog import TRUST_SECONDS, DynamoBacklog
from handler.aws.sqs import SqsJobQueue
from handler.jobs.queue import QueueFullError
from tests.aws import Aws
from tests.handler.clock import Clock
from tests.handler.jobs.conftest import MakeJob, make_job

__all__ = ["make_job"]  # a fixture

DAY = 24 * 3600.0  # as long as a job may stay


@pytest.fixture
def backlog(aws: Aws, clock: Clock) -> DynamoBacklog:
    return DynamoBacklog(aws.table(), capacity=3, chat_capacity=2, clock=clock)


async def enter(backlog: DynamoBacklog, chat_id: int, job_id: str, real: int = 3) -> None:
    await backlog.enter(chat_id, job_id, DAY, lambda: real)


async def test_jobs_that_end_without_a_word_count_no_longer_than_sqs_keeps_them(
    backlog: DynamoBacklog, clock: Clock
) -> None:
    await enter(backlog, 1, "a")
    await enter(backlog, 1, "b")
    with pytest.raises(QueueFullError):
        await enter(backlog, 1, "c")
    clock.now += DAY + 2
    await enter(backlog, 1, "c")
    assert len(await backlog.own(1)) == 1


async def test_at_the_bound_sqs_is_asked_how_many_there_are_really(
    backlog: DynamoBacklog, clock: Clock
) -> None:
    for chat in (1, 2, 3):
        await enter(backlog, chat, f"{chat}")
    clock.now += TRUST_SECONDS
    with pytest.raises(QueueFullError):
        await enter(backlog, 4, "a", real=3)
    assert not await backlog.own(4)
    clock.now += TRUST_SECONDS
    await enter(backlog, 4, "b", real=2)
    with pytest.raises(QueueFullError):
        await enter(backlog, 5, "c", real=0)  # not asked again so soon: it may know no better


async def test_leaving_twice_is_leaving_once(backlog: DynamoBacklog) -> None:
    for chat in (1, 2, 3):
        await enter(backlog, chat, f"{chat}")
    for _ in range(3):
        await backlog.leave(1, "1")
    await enter(backlog, 4, "4")
    with pytest.raises(QueueFullError):
        await enter(backlog, 5, "5")


async def test_a_job_that_sqs_does_not_take_has_no_place(
    aws: Aws, backlog: DynamoBacklog, make_job: MakeJob
) -> None:
    url = aws.fifo_queue().url
    queue = SqsJobQueue(url, backlog=backlog)
    clients.client("sqs").delete_queue(QueueUrl=url)
    with pytest.raises(ClientError):
        await queue.put(make_job(chat_id=1))
    assert not await backlog.own(1)
