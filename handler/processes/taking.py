"""Workers that fetch their jobs themselves: functions on a GPU, woken when many jobs wait.

Lambda starts GPU instances for minutes, and refuses invocations while there are none. Were the
queue an event source of such a function, every refusal would count as a delivery, and three send a
job to the dead letters. So the function is invoked without a job: the one that tells it so looks at
the queue every minute, and only a function that runs takes messages.
"""

import asyncio
import json
import logging
import math
from collections.abc import Callable, Mapping
from typing import Any, Final

from handler.aws import clients as aws
from handler.jobs.messages import RESERVED_SECONDS, MessageHandler
from handler.jobs.queue import JobSource

WAKE: Final = "wake"
"""Of the event that asks to look: ``{"wake": {"function": name, "backlog": 20, "most": 1}}``."""
TAKE: Final = "take"
"""Of the event that asks to take jobs: ``{"take": true}``."""
POLL_SECONDS: Final = 10.0
VISIBILITY_SECONDS: Final = 60.0
"""How long a job is hidden at first; whoever works on it hides it for as long as it may live."""
EMPTY_POLLS: Final = 3
"""So many in a row end the taking."""

logger = logging.getLogger(__name__)


async def wake(queue_url: str, event: Mapping[str, Any]) -> dict[str, int]:
    """Invoke a function that takes jobs, where enough of them wait; once for each so many.

    Nobody waits for the outcome: Lambda tries again for as long as there is no instance. One
    invocation too many finds an empty queue, and ends.

    Args:
        queue_url: of the jobs.
        event: see :data:`WAKE`.
    """
    wanted = event[WAKE]
    waiting = await asyncio.to_thread(_waiting, queue_url)
    number = min(waiting // int(wanted["backlog"]), int(wanted["most"]))
    for _ in range(number):
        await asyncio.to_thread(
            aws.client("lambda").invoke,
            FunctionName=str(wanted["function"]),
            InvocationType="Event",
            Payload=json.dumps({TAKE: True}).encode(),
        )
    if number:
        logger.info("%d jobs wait: %d times asked for a GPU", waiting, number)
    return {"waiting": waiting, "asked": number}


async def take(
    messages: MessageHandler, source: JobSource, seconds_left: Callable[[], float], needed: float
) -> dict[str, int]:
    """Do jobs, one after the other, until none comes or the time for one more is lacking.

    Args:
        messages: does them.
        source: has them.
        seconds_left: until this process is stopped.
        needed: seconds that a job may take.
    """
    taken = empty = 0
    while seconds_left() > needed + RESERVED_SECONDS + POLL_SECONDS and empty < EMPTY_POLLS:
        message = await source.receive(POLL_SECONDS, VISIBILITY_SECONDS)
        if message is None:
            empty += 1
            continue
        empty = 0
        taken += 1
        if await messages.handle(message, seconds_left()):
            await source.acknowledge(message)
    return {"taken": taken}


def _waiting(queue_url: str) -> int:
    answer = aws.client("sqs").get_queue_attributes(
        QueueUrl=queue_url, AttributeNames=["ApproximateNumberOfMessages"]
    )
    return math.floor(float(answer["Attributes"]["ApproximateNumberOfMessages"]))
