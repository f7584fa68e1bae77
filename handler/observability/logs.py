"""Logging without secrets.

Secrets are taken out where records are made and not where they are written, so that no handler,
present or future, of this program or of a library, ever sees one. That matters for bots: the
token is part of every address of the Bot API, and network errors quote addresses.
"""

import logging
import sys
import threading
from types import TracebackType
from typing import Any, Final
from urllib.parse import quote

from handler.observability.floods import FloodFilter
from handler.observability.log_context import IdsFilter, current_ids

_FORMAT = "%(asctime)s %(levelname)-7s %(name)s: %(message)s"
WORDY: Final = ("boto3", "botocore", "s3transfer", "urllib3")
"""Loggers that at DEBUG write down whole requests and answers, secrets and all."""
SECRET_LENGTH: Final = 16
"""Characters of a part that is a secret by itself, at least."""

_formatter = logging.Formatter()
_secrets: dict[str, str] = {}


def configure_logging(level: str = "INFO", *, as_json: bool = False) -> None:
    """Log from ``level`` (DEBUG, INFO, WARNING, ERROR) on.

    Lines of text go to standard error. JSON goes to standard output, an object per line, in
    place of all other handlers: for collectors such as CloudWatch Logs.

    Raises:
        ValueError: no such level.
    """
    handler = _json_handler() if as_json else _text_handler()
    handler.addFilter(FloodFilter())
    logging.basicConfig(level=level.upper(), handlers=[handler], force=as_json)
    logging.getLogger().setLevel(level.upper())  # basicConfig leaves a configured root alone
    for name in WORDY:
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.captureWarnings(capture=True)
    # What nobody catches would be printed past the log, with all that it quotes.
    sys.excepthook = _log_uncaught
    threading.excepthook = _log_uncaught_in_thread
    sys.unraisablehook = _log_unraisable


def hide_in_logs(secret: str, replacement: str) -> None:
    """Replace ``secret`` in every log record from now on: message, arguments and tracebacks.

    So is the part behind a colon, which is what is secret in a bot's token, and either as an
    address may quote it.
    """
    behind_colon = secret.rpartition(":")[2]
    for part in (secret, behind_colon if len(behind_colon) >= SECRET_LENGTH else ""):
        if part:
            _secrets[part] = _secrets[quote(part, safe="")] = replacement
    factory = logging.getLogRecordFactory()
    if not isinstance(factory, _RedactingFactory):
        logging.setLogRecordFactory(_RedactingFactory(factory))


def redact(text: str) -> str:
    """Return ``text`` without the secrets named so far."""
    for secret, replacement in _secrets.items():
        text = text.replace(secret, replacement)
    return text


def _log_uncaught(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    if issubclass(kind, KeyboardInterrupt):
        return
    logging.getLogger(__name__).critical("uncaught", exc_info=(kind, error, trace))


def _log_uncaught_in_thread(args: threading.ExceptHookArgs) -> None:
    if args.exc_value is not None:
        _log_uncaught(args.exc_type, args.exc_value, args.exc_traceback)


def _log_unraisable(args: "sys.UnraisableHookArgs") -> None:
    if args.exc_value is not None:
        _log_uncaught(args.exc_type, args.exc_value, args.exc_traceback)


def _text_handler() -> logging.Handler:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_TextFormatter(_FORMAT))
    return handler


def _json_handler() -> logging.Handler:
    from aws_lambda_powertools.logging.formatter import (  # noqa: PLC0415  # only where wanted
        LambdaPowertoolsFormatter,
    )

    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        LambdaPowertoolsFormatter(
            use_rfc3339=True, utc=True, serialize_stacktrace=False, name="%(name)s"
        )
    )
    handler.addFilter(IdsFilter())
    handler.addFilter(_keep_redacted_traceback)
    return handler


def _keep_redacted_traceback(record: logging.LogRecord) -> bool:
    """Show a traceback whose exception object is gone, see :class:`_RedactingFactory`."""
    if record.exc_text and not record.exc_info:
        record.exception = record.exc_text
    return True


class _TextFormatter(logging.Formatter):
    """Appends the current ids to the message."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802  # logging's own name
        ids = " ".join(f"{name}={value}" for name, value in current_ids().items())
        return super().formatMessage(record) + (f" [{ids}]" if ids else "")


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
