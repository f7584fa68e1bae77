"""Logging without secrets.

Secrets are taken out where records are made and not where they are written, so that no handler,
present or future, of this program or of a library, ever sees one. That matters for bots: the
token is part of every address of the Bot API, and network errors quote addresses.
"""

import logging
import sys
from typing import Any

_FORMAT = "%(asctime)s %(levelname)-7s %(name)s: %(message)s"
_formatter = logging.Formatter()
_secrets: dict[str, str] = {}


def configure_logging(level: str = "INFO") -> None:
    """Log to standard error from ``level`` (DEBUG, INFO, WARNING, ERROR) on.

    Raises:
        ValueError: no such level.
    """
    logging.basicConfig(level=level.upper(), format=_FORMAT, stream=sys.stderr)
    logging.getLogger().setLevel(level.upper())  # basicConfig leaves a configured root alone
    logging.captureWarnings(capture=True)


def hide_in_logs(secret: str, replacement: str) -> None:
    """Replace ``secret`` in every log record from now on: message, arguments and tracebacks."""
    if secret:
        _secrets[secret] = replacement
    factory = logging.getLogRecordFactory()
    if not isinstance(factory, _RedactingFactory):
        logging.setLogRecordFactory(_RedactingFactory(factory))


def redact(text: str) -> str:
    """Return ``text`` without the secrets named so far."""
    for secret, replacement in _secrets.items():
        text = text.replace(secret, replacement)
    return text


class _RedactingFactory:
    """Makes log records as ``make`` does, without secrets."""

    def __init__(self, make: Any) -> None:
        self._make = make

    def __call__(self, *args: Any, **kwargs: Any) -> logging.LogRecord:
        record: logging.LogRecord = self._make(*args, **kwargs)
        try:
            message = record.getMessage()
        except Exception:  # noqa: BLE001  # a wrong format string: logging itself reports it
            record.msg, record.args, message = "unprintable log record", (), ""
        if (redacted := redact(message)) != message:
            record.msg, record.args = redacted, ()
        if record.exc_info:
            trace = _formatter.formatException(record.exc_info)
            if (redacted := redact(trace)) != trace:
                # The text stays; the exception object, which still quotes the secret, goes.
                record.exc_text, record.exc_info = redacted, None
        if record.stack_info:
            record.stack_info = redact(record.stack_info)
        return record
