"""What is measured: metrics for CloudWatch, printed among the lines of the log.

In Amazon's embedded metric format, so that nothing waits for a call to CloudWatch. Off unless
:func:`set_up` finds that JSON is wanted; what is counted then costs nothing.
"""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, Literal

from handler.observability.log_context import log_context, pseudonym
from handler.observability.logs import configure_logging

if TYPE_CHECKING:
    from aws_lambda_powertools.metrics import Metrics

    from handler.settings import Settings

NAMESPACE: Final = "NeonBot"
SERVICE: Final = "bot"
"""Defaults of Powertools' own variables POWERTOOLS_METRICS_NAMESPACE and …_SERVICE_NAME."""

Counter = Literal[
    "Updates",
    "Unauthorised",
    "Presses",
    "Jobs",
    "CacheHits",
    "Cancelled",
    "ColdStarts",
    "Returned",
    "Problems",
]
Stage = Literal["Job", "Download", "Effect", "Delivery", "PressToPicture"]

_metrics: "Metrics | None" = None


def set_up(settings: "Settings", *, as_json: bool | None = None) -> None:
    """Begin to log, and to measure where the log is JSON.

    Args:
        settings: level and format of the log.
        as_json: overrides the format.
    """
    wanted = settings.log_format == "json" if as_json is None else as_json
    configure_logging(settings.log_level, as_json=wanted)
    measure(on=wanted)


def measure(*, on: bool) -> None:
    """Begin to measure, or end it, whatever the log is like."""
    global _metrics  # noqa: PLW0603  # as the log itself, one for the whole process
    _metrics = _new_metrics() if on else None


def count(name: Counter, number: float = 1) -> None:
    """Count one more, or so many; 0 tells that there was somebody to count."""
    if _metrics:
        _metrics.add_metric(name, "Count", number)


def failure(kind: str) -> None:
    """Count a failure of the bot's, at all and by its kind."""
    _count_by_kind("Failures", kind)


def refusal(kind: str) -> None:
    """Count what a person did not get for a reason that they were told, by its kind."""
    _count_by_kind("Refusals", kind)


@contextmanager
def stage(name: Stage) -> Iterator[None]:
    """Measure how long something takes, also when it fails: the metric ``…Seconds``."""
    began = time.monotonic()
    try:
        yield
    finally:
        if _metrics:
            _metrics.add_metric(f"{name}Seconds", "Seconds", time.monotonic() - began)


def waited(name: Stage, began_at: float | None) -> None:
    """Measure how long a person has waited.

    Args:
        name: of the metric, as for :func:`stage`.
        began_at: Unix time in seconds, by the clock of another process; None if it is unknown.
    """
    if _metrics and began_at is not None:
        _metrics.add_metric(f"{name}Seconds", "Seconds", max(0.0, time.time() - began_at))


@contextmanager
def observed_job(job_id: str, chat_id: int, key: str) -> Iterator[None]:
    """Name a job in every line that is logged meanwhile, measure it, and print the metrics.

    Args:
        job_id: of the job.
        chat_id: shows as a pseudonym.
        key: secret that the pseudonym is made with.
    """
    try:
        with log_context(job=job_id, chat=pseudonym(chat_id, key)), stage("Job"):
            yield
    finally:
        flush()


def flush() -> None:
    """Print what was measured since the last time."""
    if _metrics and _metrics.provider.metric_set:
        _metrics.flush_metrics()


def _count_by_kind(name: str, kind: str) -> None:
    if not _metrics:
        return
    from aws_lambda_powertools.metrics import EphemeralMetrics  # noqa: PLC0415

    # Apart from the other metrics, which have no kinds.
    metrics = EphemeralMetrics(namespace=_metrics.namespace, service=_metrics.service)
    metrics.add_metric(name, "Count", 1)
    metrics.add_dimensions(service=_metrics.service, kind=kind)
    metrics.flush_metrics()


def _new_metrics() -> "Metrics":
    from aws_lambda_powertools.metrics import Metrics  # noqa: PLC0415  # only where wanted

    return Metrics(
        namespace=os.environ.get("POWERTOOLS_METRICS_NAMESPACE") or NAMESPACE,
        service=os.environ.get("POWERTOOLS_SERVICE_NAME") or SERVICE,
    )
