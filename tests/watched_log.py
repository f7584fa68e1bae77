"""Watches whatever the tests log, of whatever library and level, for the suite's own secrets."""

import logging
import traceback
from collections.abc import Iterator
from contextlib import contextmanager

SECRETS = (
    "123456789:AAE-not_a_real_token_but_of_its_form",
    "AAE-not_a_real_token_but_of_its_form",
    "not_the_real_webhook-secret",
)
"""The token and the webhook's secret that all tests use."""


def secrets_in(text: str) -> bool:
    return any(secret in text for secret in SECRETS)


@contextmanager
def watched() -> Iterator[list[str]]:
    """Collect the records with a secret in them, before any handler or filter sees them."""
    leaks: list[str] = []
    handle = logging.Logger.handle

    def watch(logger: logging.Logger, record: logging.LogRecord) -> None:
        if secrets_in(text := _everything_in(record)):
            leaks.append(text)
        handle(logger, record)

    logging.Logger.handle = watch  # type: ignore[assignment,method-assign]
    try:
        yield leaks
    finally:
        logging.Logger.handle = handle  # type: ignore[method-assign]


def _everything_in(record: logging.LogRecord) -> str:
    parts = [record.name, record.pathname, str(record.exc_text), str(record.stack_info)]
    try:
        parts.append(record.getMessage())
    except (TypeError, ValueError):
        parts += [str(record.msg), str(record.args)]
    if record.exc_info:
        parts += traceback.format_exception(*record.exc_info)
    return "\n".join(parts)
