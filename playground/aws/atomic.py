"""Makes moto decide about one write of a table after the other, as DynamoDB does."""

import functools
import threading
from collections.abc import Callable
from typing import Any, Final

from moto.dynamodb.models import DynamoDBBackend

_WRITES: Final = ("put_item", "update_item", "delete_item")
_one = threading.RLock()


@functools.cache
def make_writes_atomic() -> None:
    """Patch moto, whose threads else look at a condition, and write, beside each other."""
    for name in _WRITES:
        setattr(DynamoDBBackend, name, _alone(getattr(DynamoDBBackend, name)))


def _alone(write: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(write)
    def locked(*args: Any, **kwargs: Any) -> Any:
        with _one:
            return write(*args, **kwargs)

    return locked
