"""AWS Lambda's entry: HTTP requests go to the endpoints, messages of SQS to the worker.

One image and one handler for both functions; ``python -m awslambdaric`` runs it.
"""

import contextlib
import os
from collections.abc import Mapping
from typing import Any

from handler.telegram.aiogram_import import put_off_building

put_off_building()  # before anything imports aiogram: two thirds of a cold start

from handler.processes.lambda_environment import Context, Environment, NotReadyError  # noqa: E402

_environment = Environment()


def start(kind: str) -> None:
    """Get ready while the environment starts: time costs least then, the processor is fastest.

    What fails here is logged, and tried again by the first event.

    Args:
        kind: of the start, as AWS_LAMBDA_INITIALIZATION_TYPE says.
    """
    with contextlib.suppress(NotReadyError):
        _environment.prepare()
        if kind != "on-demand" and _environment.works:
            _environment.load_models()  # nobody waits for this start, and it may take its time
    if kind == "snap-start":
        from snapshot_restore_py import register_after_restore  # noqa: PLC0415

        register_after_restore(_environment.renew)


if "AWS_LAMBDA_RUNTIME_API" in os.environ:
    start(os.environ.get("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand"))


def handler(event: Mapping[str, Any], context: Context) -> dict[str, Any]:
    """Answer an event; see :meth:`handler.processes.lambda_environment.Environment.handle`."""
    return _environment.handle(event, context)
