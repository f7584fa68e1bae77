"""What is remembered of results: only Telegram's own file ids, never a picture."""

from typing import Literal, Protocol

from pydantic import BaseModel, ConfigDict

Kind = Literal["photo", "document"]
"""How a result was sent; Telegram sends a file id again only as the same kind."""


class Result(BaseModel):
    """A delivered result; Telegram keeps the file and sends it again by its id."""

    model_config = ConfigDict(frozen=True)

    kind: Kind
    file_id: str
    reduced: bool = False
    """Whether the file is less than was promised, which the caption has to say each time."""


class ResultCache(Protocol):
    """Results by :attr:`Job.result_key`, claims by :attr:`Job.claim_key`."""

    async def get(self, key: str) -> Result | None:
        """Return the result stored under ``key``, if it is still known."""
        ...

    async def put(self, key: str, result: Result) -> None:
        """Remember a result."""
        ...

    async def forget(self, key: str) -> None:
        """Drop a result that Telegram no longer accepts."""
        ...

    async def claim(self, key: str, seconds: float) -> bool:
        """Claim a piece of work for ``seconds``; False when somebody holds it already."""
        ...

    async def release(self, key: str) -> None:
        """End a claim, so that the work can be asked for again."""
        ...

    async def complete(self, key: str, seconds: float) -> None:
        """Turn a claim into one on work that is done, for ``seconds`` from now."""
        ...

    async def is_complete(self, key: str) -> bool:
        """Tell whether a piece of work is done, as against claimed by somebody or free."""
        ...
