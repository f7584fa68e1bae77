"""What these tests share with those of jobs."""

from tests.handler.jobs.conftest import (
    _no_pause,
    bot,
    engine,
    make_job,
    make_worker,
    person,
    request_of,
    results,
    telegram,
    work,
    worker,
)

__all__ = [
    "_no_pause",
    "bot",
    "engine",
    "make_job",
    "make_worker",
    "person",
    "request_of",
    "results",
    "telegram",
    "work",
    "worker",
]
