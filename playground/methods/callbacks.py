"""Answers to pressed buttons."""

from __future__ import annotations

from playground.callbacks import CallbackAnswer
from playground.entities import utf16_length
from playground.errors import bad_request
from playground.methods.registry import Invocation, method
from playground.parameters import BOOLEAN, TEXT

MAX_ANSWER = 200


@method(
    "answerCallbackQuery",
    {"callback_query_id": TEXT, "text": TEXT, "show_alert": BOOLEAN},
    ("cache_time",),
)
async def answer_callback_query(call: Invocation) -> bool:
    """Stop the button's progress indicator and show a text, if there is one."""
    given = call.parameters
    if utf16_length(given.text("text")) > MAX_ANSWER:
        raise bad_request("MESSAGE_TOO_LONG")
    answer = CallbackAnswer(given.text("text") or None, given.flag("show_alert"))
    query = call.state.callbacks.answer(given.text("callback_query_id"), answer)
    call.state.record("callback_answer", call.state.chat(query.chat_id), answer._asdict())
    return True
