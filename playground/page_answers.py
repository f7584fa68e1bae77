"""Answers to the chat page: what was asked for, or why it is not possible."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from playground.errors import ApiError
from playground.pictures import NotAPictureError, PictureDimensionsError

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class BadInputError(ValueError):
    """The page asked for something that is not possible; the text says what."""


# What the page says it by, in its own language.
CODES: dict[type[Exception], str] = {
    NotAPictureError: "notAPicture",
    PictureDimensionsError: "badShape",
    LookupError: "gone",
}


def answering(handler: Handler) -> Handler:
    """Turn what cannot be done into an answer that the page can show: {"error", "code"}."""

    async def answer(request: web.Request) -> web.StreamResponse:
        try:
            return await handler(request)
        except (LookupError, ValueError) as error:
            status = 404 if isinstance(error, LookupError) else 400
            return _problem(str(error), _code(error), status)
        except ApiError as error:
            code = "tooLarge" if error.error_code == 413 else "refused"
            return _problem(error.description, code, error.error_code)

    return answer


async def json_object(request: web.Request) -> dict[str, Any]:
    """Return the JSON object in a request's body; BadInputError when it is none."""
    try:
        wanted = await request.json()
    except json.JSONDecodeError as error:
        raise BadInputError("the body must be JSON") from error
    if not isinstance(wanted, dict):
        raise BadInputError("the body must be a JSON object")
    return wanted


def text_of(wanted: dict[str, Any], key: str, default: str = "") -> str:
    """Return a text of such an object; BadInputError when it is something else."""
    value = wanted.get(key, default)
    if not isinstance(value, str):
        raise BadInputError(f"{key} must be a text")
    return value


def ids_of(value: object) -> list[int]:
    """Return a list of whole numbers; BadInputError when it is something else."""
    if not isinstance(value, list) or not all(type(item) is int for item in value) or not value:
        raise BadInputError("ids must be a list of whole numbers")
    return value


def _code(error: Exception) -> str:
    return next((code for kind, code in CODES.items() if isinstance(error, kind)), "refused")


def _problem(text: str, code: str, status: int) -> web.Response:
    return web.json_response({"error": text, "code": code}, status=status)
