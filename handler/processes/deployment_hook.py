"""What CodeDeploy runs before a new version gets traffic: it has to prove itself first.

On a bot that few people use alarms have nothing to see while traffic shifts. So the new worker
makes neon and ×2 of a built-in picture (:mod:`handler.processes.trial`), and the new webhook has
to be healthy. Anything else ends the deployment, and CloudFormation goes back to what was before.

https://docs.aws.amazon.com/codedeploy/latest/userguide/reference-appspec-file-structure-hooks.html
"""

import json
import logging
import os
from collections.abc import Mapping
from typing import Any, Final

from handler.aws import clients as aws
from handler.observability.logs import configure_logging

WEBHOOK: Final = "NEW_WEBHOOK"
WORKER: Final = "NEW_WORKER"
"""Variables with the ARNs of the new versions."""
EXPECTED: Final = "TRIAL"
"""Variable with what the worker's trial has to make; empty where nobody knows."""

logger = logging.getLogger(__name__)


class NotWellError(Exception):
    """A new version does not do what it should."""


def handler(event: Mapping[str, Any], context: object) -> dict[str, str]:  # noqa: ARG001
    """Try the new versions, and tell CodeDeploy."""
    configure_logging(as_json=True)
    status = "Succeeded"
    try:
        try_versions(os.environ[WEBHOOK], os.environ[WORKER], os.environ.get(EXPECTED, ""))
    except Exception:
        logger.exception("the new versions are not taken")
        status = "Failed"
    aws.client("codedeploy").put_lifecycle_event_hook_execution_status(
        deploymentId=event["DeploymentId"],
        lifecycleEventHookExecutionId=event["LifecycleEventHookExecutionId"],
        status=status,
    )
    return {"status": status}


def try_versions(webhook: str, worker: str, expected: str) -> None:
    """Try a webhook and a worker.

    Args:
        webhook: name or ARN of a function's version.
        worker: likewise.
        expected: what the worker's trial has to make, see :mod:`handler.processes.trial`.

    Raises:
        NotWellError: one does not do what it should.
    """
    health = {
        "version": "2.0",
        "rawPath": "/health",
        "requestContext": {"http": {"method": "GET", "path": "/health"}},
    }
    answer = _invoke(webhook, health)
    if answer.get("statusCode") != 200:
        raise NotWellError(f"the webhook is not healthy: {answer.get('body')}")
    answer = _invoke(worker, {"trial": expected})
    if answer.get("trial") != "ok":
        raise NotWellError(f"the worker's trial failed: {answer.get('trial')}")


def _invoke(function: str, event: Mapping[str, Any]) -> dict[str, Any]:
    answer = aws.client("lambda").invoke(FunctionName=function, Payload=json.dumps(event).encode())
    content = answer["Payload"].read()
    if "FunctionError" in answer:
        raise NotWellError(f"{function} failed: {content.decode(errors='replace')[:500]}")
    result = json.loads(content)
    if not isinstance(result, dict):
        raise NotWellError(f"{function} answered {str(result)[:100]}")
    return result
