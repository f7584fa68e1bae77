"""What goes wrong in the Bot API, in Telegram's own words."""

from __future__ import annotations

from typing import Any


class ApiError(Exception):
    """A Bot API call that is refused.

    Args:
        error_code: Telegram's code, which is the HTTP status of the answer too (400, 403, 429 …).
        description: the text beside it, with its prefix ("Bad Request: chat not found").
        parameters: machine-readable hints for the caller, such as ``{"retry_after": 3}``.
    """

    def __init__(
        self, error_code: int, description: str, parameters: dict[str, Any] | None = None
    ) -> None:
        super().__init__(f"{error_code} {description}")
        self.error_code = error_code
        self.description = description
        self.parameters = parameters

    def body(self) -> dict[str, Any]:
        """Return the JSON object that the caller of the Bot API receives."""
        body: dict[str, Any] = {
            "ok": False,
            "error_code": self.error_code,
            "description": self.description,
        }
        if self.parameters is not None:
            body["parameters"] = self.parameters
        return body


class RetryAfter(ApiError):  # noqa: N818 - named as the Bot API's answer is
    """Flood control: the caller has to wait this many whole seconds."""

    def __init__(self, seconds: int) -> None:
        super().__init__(429, f"Too Many Requests: retry after {seconds}", {"retry_after": seconds})


def bad_request(reason: str) -> ApiError:
    """Return a 400 answer with Telegram's prefix."""
    return ApiError(400, f"Bad Request: {reason}")


def forbidden(reason: str) -> ApiError:
    """Return a 403 answer with Telegram's prefix."""
    return ApiError(403, f"Forbidden: {reason}")


def conflict(reason: str) -> ApiError:
    """Return a 409 answer with Telegram's prefix."""
    return ApiError(409, f"Conflict: {reason}")


def entity_too_large() -> ApiError:
    """Return the answer to an upload above the Bot API's limit."""
    return ApiError(413, "Request Entity Too Large")
