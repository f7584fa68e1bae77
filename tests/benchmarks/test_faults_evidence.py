"""A double is explained by what became of its own call, and by nothing that happened elsewhere."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any, Final

import pytest

from benchmarks.faults.evidence import AwsFault, End, Evidence
from benchmarks.faults.people import Wish
from playground import Call, Delivery
from playground.updates import Update
from playground.webhook import WebhookError

CHAT: Final = 5
PHOTO: Final = {"message_id": 1, "chat": {"id": CHAT}}
CANCEL: Final = {"inline_keyboard": [[{"text": "Cancel", "callback_data": "@cancel:1"}]]}


def message(message_id: int, **content: Any) -> dict[str, Any]:
    return {
        "message_id": message_id,
        "from": {"is_bot": True},
        "reply_to_message": PHOTO,
        **content,
    }


def send(message_id: int, at: float, method: str = "sendDocument", fault: str = "") -> Call:
    params = {"chat_id": CHAT, "reply_parameters": {"message_id": 1}}
    return Call(method, params, at, True, None, fault or None, message_id)


def press(began: float, ended: float, *, fails: bool = False, update_id: int = 1) -> Delivery:
    payload = {"message": {"chat": {"id": CHAT}, "reply_to_message": PHOTO}}
    update = Update(update_id, "callback_query", payload, ("callback", CHAT), created=began)
    problem = WebhookError("Connection failed", "connection") if fails else None
    return Delivery(update, began, ended, problem)


def evidence(messages: list[dict[str, Any]], **seen: Any) -> tuple[Evidence, Wish]:
    person: Any = SimpleNamespace(id=CHAT, messages=messages)
    wish = Wish(person, PHOTO)
    nothing: dict[str, Any] = {
        "calls": [],
        "deliveries": [press(0.0, 1.0)],
        "ends": [],
        "aws_faults": [],
        "accepted": frozenset({"1"}),
    }
    return Evidence([wish], **(nothing | seen)), wish


RESULTS: Final = [message(2, document={}), message(3, document={})]


@pytest.mark.parametrize(
    ("seen", "is_explained"),
    [
        ({"calls": [send(2, 10.0), send(3, 20.0)]}, False),
        ({"calls": [send(2, 10.0, fault="reset"), send(3, 20.0)]}, True),
        ({"calls": [send(2, 10.0), send(3, 20.0, fault="reset")]}, False),  # not of this one
        ({"ends": [End("worker", "kill worker", 11.0, 11.1)]}, True),
        ({"ends": [End("worker", "kill worker", 14.0, 14.1)]}, False),  # long after
        ({"ends": [End("worker", "kill worker", 1.0, 1.1)]}, False),  # long before
        ({"ends": [End("serve", "restart serve", 5.0, 6.0)]}, True),  # its worker goes on a while
        ({"aws_faults": [AwsFault("PutItem", "500", 10.5, "result#delivered:1")]}, True),
        ({"aws_faults": [AwsFault("PutItem", "500", 10.5, "result#delivered:2")]}, False),
        ({"aws_faults": [AwsFault("PutItem", "500", 9.5, "result#delivered:1")]}, False),
    ],
)
def test_of_two_results_the_first_one_needs_a_cause(
    seen: dict[str, Any], is_explained: bool
) -> None:
    found, wish = evidence(RESULTS, **({"calls": [send(2, 10.0), send(3, 20.0)]} | seen))
    (cause,) = found.doubles(wish)
    assert (cause is not None) == is_explained


@pytest.mark.parametrize(("created", "is_explained"), [(5.0, True), (15.0, False)])
def test_a_tap_explains_a_double_if_it_was_made_before_the_result(
    created: float, is_explained: bool
) -> None:
    late = press(19.0, 21.0, update_id=2)
    late = replace(late, update=replace(late.update, created=created))
    calls = [send(2, 10.0), send(3, 20.0)]
    # The press itself comes again, too, just before the tap.
    deliveries = [press(0.0, 9.0, fails=True), press(18.0, 18.9), late]
    found, wish = evidence(RESULTS, calls=calls, deliveries=deliveries)
    (cause,) = found.doubles(wish)
    assert (cause is not None) == is_explained


def test_what_befalls_an_edit_explains_no_second_message() -> None:
    edit = Call("editMessageMedia", {"chat_id": CHAT}, 11.0, True, None, None, 2)
    calls = [send(2, 10.0, "sendMessage", fault="reset"), edit, send(3, 20.0)]
    found, wish = evidence(RESULTS, calls=calls, ends=[End("worker", "kill worker", 11.0, 11.1)])
    assert found.doubles(wish) == [None]


def test_two_jobs_for_one_wish_have_no_excuse() -> None:
    found, wish = evidence(
        RESULTS,
        calls=[send(2, 10.0, fault="reset"), send(3, 20.0)],
        deliveries=[press(0.0, 1.0), press(0.5, 1.5, update_id=2)],
        accepted=frozenset({"1", "2"}),
    )
    assert found.jobs(wish) == {"1", "2"}
    assert found.doubles(wish) == [None]


def test_a_result_whose_sending_was_not_seen_has_no_excuse() -> None:
    found, wish = evidence(RESULTS, calls=[send(3, 20.0)])
    assert found.doubles(wish) == [None]


def test_one_answer_needs_no_cause() -> None:
    found, wish = evidence([message(2, document={})], calls=[send(2, 10.0)])
    assert found.doubles(wish) == []
    assert found.standing(wish) == []


STANDING: Final = [message(2, text="...", reply_markup=CANCEL), message(3, document={})]


@pytest.mark.parametrize(
    ("seen", "is_explained"),
    [
        ({}, False),
        ({"calls": [send(2, 0.5, "sendMessage", fault="reset"), send(3, 9.0)]}, True),
        ({"ends": [End("serve", "kill serve", 0.6, 0.7)]}, False),  # but the press was taken
        (
            {
                "ends": [End("serve", "kill serve", 0.6, 0.7)],
                "deliveries": [press(0.0, 0.7, fails=True), press(3.0, 4.0)],
            },
            True,
        ),
        ({"deliveries": [press(0.0, 0.7, fails=True), press(3.0, 4.0)]}, False),
        (
            {
                "ends": [End("worker", "kill worker", 0.6, 0.7)],
                "deliveries": [press(0.0, 0.7, fails=True), press(3.0, 4.0)],
            },
            False,  # it was not the worker that had sent it
        ),
    ],
)
def test_a_status_that_stands_needs_a_cause(seen: dict[str, Any], is_explained: bool) -> None:
    calls = [send(2, 0.5, "sendMessage"), send(3, 9.0)]
    found, wish = evidence(STANDING, **({"calls": calls} | seen))
    (cause,) = found.standing(wish)
    assert (cause is not None) == is_explained


def test_a_status_without_any_answer_has_no_excuse() -> None:
    found, wish = evidence(STANDING[:1], calls=[send(2, 0.5, "sendMessage", fault="reset")])
    assert found.standing(wish) == [None]
