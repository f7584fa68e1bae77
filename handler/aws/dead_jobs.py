"""Jobs that failed for the last time: what they are, and letting them be done after all."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from pydantic import ValidationError

from handler.aws import clients as aws
from handler.aws.cloud_error import explained
from handler.aws.stack import outputs_of_stack
from handler.jobs.job import Job

if TYPE_CHECKING:
    from types_boto3_sqs.type_defs import MessageTypeDef

HIDDEN_SECONDS: Final = 30
"""How long a job is hidden from others while somebody looks at it."""
QUEUES: Final = ("DeadJobsQueueUrl", "QueueUrl")


def list_dead_jobs(stack: str) -> list[str]:
    """Say what lies in the dead-letter queue, a line each, and how many there are.

    A FIFO queue shows ten of a chat at a time; the number counts all.

    Raises:
        NotDeployedError: there is no such stack.
        CloudError: AWS refuses, or cannot be reached.
    """
    dead = outputs_of_stack(stack, QUEUES)["DeadJobsQueueUrl"]
    with explained(f"the dead jobs of {stack} cannot be read"):
        sqs = aws.client("sqs")
        messages = list(_received(dead))
        for message in messages:
            sqs.change_message_visibility(
                QueueUrl=dead, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=0
            )
        counted = sqs.get_queue_attributes(
            QueueUrl=dead, AttributeNames=["ApproximateNumberOfMessages"]
        )
    number = max(len(messages), int(counted["Attributes"]["ApproximateNumberOfMessages"]))
    return [*map(_described, messages), f"{number} dead jobs"]


def redrive_dead_jobs(stack: str) -> int:
    """Let the dead jobs be done after all, each chat's in their order; returns how many.

    Raises:
        NotDeployedError: there is no such stack.
        CloudError: AWS refuses, or cannot be reached; what is not moved stays.
    """
    queues = outputs_of_stack(stack, QUEUES)
    moved = 0
    with explained(f"the dead jobs of {stack} cannot be moved"):
        sqs = aws.client("sqs")
        while messages := list(_received(queues["DeadJobsQueueUrl"])):
            for message in messages:
                attributes = message["Attributes"]
                sqs.send_message(
                    QueueUrl=queues["QueueUrl"],
                    MessageBody=message["Body"],
                    MessageGroupId=attributes["MessageGroupId"],
                    # Of its own: SQS would take the old one for a repetition.
                    MessageDeduplicationId=f"again-{message['MessageId']}",
                )
                sqs.delete_message(
                    QueueUrl=queues["DeadJobsQueueUrl"], ReceiptHandle=message["ReceiptHandle"]
                )
                moved += 1
    return moved


def _received(queue_url: str) -> "Iterator[MessageTypeDef]":
    """Receive, in batches, what can be received now."""
    sqs = aws.client("sqs")
    while messages := sqs.receive_message(
        QueueUrl=queue_url,
        MaxNumberOfMessages=10,
        VisibilityTimeout=HIDDEN_SECONDS,
        MessageSystemAttributeNames=["All"],
    ).get("Messages"):
        yield from messages


def _described(message: "MessageTypeDef") -> str:
    """Tell of a job what helps to find its failure in the log, and nothing of the person."""
    sent = datetime.fromtimestamp(int(message["Attributes"]["SentTimestamp"]) / 1000, UTC)
    try:
        job = Job.model_validate_json(message["Body"])
    except ValidationError:
        return f"{sent:%Y-%m-%d %H:%M:%S} UTC  not a job of this version"
    return f"{sent:%Y-%m-%d %H:%M:%S} UTC  job {job.id}  {job.effect_code}"
