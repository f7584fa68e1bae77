"""What these tests share with those of jobs."""

from tests.handler.jobs.conftest import (
    bot,
    engine,
    make_job,
    make_worker,
    person,
    request_of,
    results,
    telegram,
    worker,
)

__all__ = [
    "bot",
    "engine",
    "make_job",
    "make_worker",
    "person",
    "request_of",
    "results",
    "telegram",
    "worker",
]
