"""The runbook's commands about dead jobs, as an operator types them."""

import json

import pytest

from handler.__main__ import main
from handler.aws.clients import client
from handler.aws.sqs import SqsJobQueue
from handler.jobs.job import Job
from tests.aws import Aws, Queue


def template(queue: Queue) -> str:
    return json.dumps(
        {
            "Resources": {"Topic": {"Type": "AWS::SNS::Topic"}},
            "Outputs": {
                "QueueUrl": {"Value": queue.url},
                "DeadJobsQueueUrl": {"Value": queue.dead_letters_url},
            },
        }
    )


@pytest.fixture
def queue(aws: Aws) -> Queue:
    queue = aws.fifo_queue()
    client("cloudformation").create_stack(StackName="neon", TemplateBody=template(queue))
    return queue


def job(number: int, chat: int) -> Job:
    return Job(
        id=str(number),
        chat_id=chat,
        photo_message_id=1,
        source="photo",
        file_id="file",
        file_unique_id="unique",
        effect_code="neon:max",
        model_digest="0" * 64,
    )


def bury(queue: Queue, body: str, group: str) -> None:
    client("sqs").send_message(
        QueueUrl=queue.dead_letters_url,
        MessageBody=body,
        MessageGroupId=group,
        MessageDeduplicationId=body[:90],
    )


def test_dead_jobs_are_listed_and_stay(queue: Queue, capsys: pytest.CaptureFixture[str]) -> None:
    bury(queue, job(7, 1).model_dump_json(), "1")
    bury(queue, "{}", "2")
    for _ in range(2):  # looking changes nothing
        assert main(["stack", "dead-jobs", "neon"]) == 0
        *lines, last = capsys.readouterr().out.splitlines()
        assert sorted(line.split("UTC  ")[1] for line in lines) == [
            "job 7  neon:max",
            "not a job of this version",
        ]
        assert last == "2 dead jobs"


async def test_dead_jobs_come_again_in_order(
    queue: Queue, capsys: pytest.CaptureFixture[str]
) -> None:
    jobs = [job(number, chat=number % 2) for number in range(24)]
    for each in jobs:
        bury(queue, each.model_dump_json(), str(each.chat_id))
    assert main(["stack", "dead-jobs", "neon", "--redrive"]) == 0
    assert capsys.readouterr().out == "24 jobs are in line again\n"
    source, found = SqsJobQueue(queue.url), []
    while message := await source.receive(0, 60):
        found.append(Job.model_validate_json(message.body))
        await source.acknowledge(message)
    for chat in (0, 1):
        own = [each.id for each in found if each.chat_id == chat]
        assert own == [each.id for each in jobs if each.chat_id == chat]
    assert main(["stack", "dead-jobs", "neon"]) == 0
    assert capsys.readouterr().out == "0 dead jobs\n"
