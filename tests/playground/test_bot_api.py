from typing import Any

import aiohttp
import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest, TelegramRetryAfter, TelegramUnauthorizedError

from playground import ApiError, Person, Playground, RetryAfter
from playground.methods import METHODS, Method
from tests.playground.conftest import RawCall
from tests.playground.pictures import picture


async def test_wrong_token_and_unknown_method(
    telegram: Playground, bot: Bot, http: aiohttp.ClientSession, call: RawCall
) -> None:
    stranger = Bot("1000:wrong", session=bot.session)
    with pytest.raises(TelegramUnauthorizedError, match="Unauthorized"):
        await stranger.get_me()
    assert await call("getNothing") == {
        "ok": False,
        "error_code": 404,
        "description": "Not Found",
    }
    async with http.get("/file/bot1000:wrong/photos/file_1.jpg") as response:
        assert response.status == 401


async def test_parameters_may_come_in_the_address_or_as_a_form(
    telegram: Playground, http: aiohttp.ClientSession, alice: Person
) -> None:
    address = f"/bot{telegram.token}/sendmessage"
    async with http.get(address, params={"chat_id": alice.id, "text": "address"}) as response:
        assert (await response.json())["ok"]
    async with http.post(address, data={"chat_id": alice.id, "text": "form"}) as response:
        assert (await response.json())["ok"]
    assert [m["text"] for m in alice.messages[1:]] == ["address", "form"]
    assert {call.method for call in telegram.calls} == {"sendMessage"}


async def test_file_may_come_directly_in_its_field(
    telegram: Playground, http: aiohttp.ClientSession, alice: Person
) -> None:
    form = aiohttp.FormData()
    form.add_field("chat_id", str(alice.id))
    form.add_field("photo", picture(), filename="a.jpg")
    async with http.post(f"/bot{telegram.token}/sendPhoto", data=form) as response:
        assert (await response.json())["ok"]
    assert "photo" in alice.messages[-1]


async def test_malformed_body(telegram: Playground, http: aiohttp.ClientSession) -> None:
    headers = {"Content-Type": "application/json"}
    for body in ("{", "[1]", "nonsense"):
        async with http.post(f"/bot{telegram.token}/getMe", data=body, headers=headers) as response:
            assert response.status == 400
            assert (await response.json())["description"] == "Bad Request: can't parse JSON object"


async def test_calls_are_recorded(telegram: Playground, bot: Bot, alice: Person) -> None:
    await bot.send_message(alice.id, "Hello")
    with pytest.raises(TelegramBadRequest):
        await bot.send_message(alice.id, "")
    good, bad = telegram.calls
    assert (good.method, good.ok) == ("sendMessage", True)
    assert good.params == {"chat_id": alice.id, "text": "Hello"}
    assert (bad.ok, bad.error) == (False, "Bad Request: message text is empty")


async def test_failures_on_demand(telegram: Playground, bot: Bot, alice: Person) -> None:
    telegram.fail_next("sendMessage", RetryAfter(2))
    telegram.fail_next("sendMessage", ApiError(400, "Bad Request: on demand"), times=2)
    with pytest.raises(TelegramRetryAfter) as caught:
        await bot.send_message(alice.id, "Hello")
    assert caught.value.retry_after == 2
    for _ in range(2):
        with pytest.raises(TelegramBadRequest, match="on demand"):
            await bot.send_message(alice.id, "Hello")
    assert len(alice.messages) == 1
    await bot.send_message(alice.id, "Hello")
    with pytest.raises(ValueError, match="sendNothing"):
        telegram.fail_next("sendNothing", RetryAfter(1))


async def test_rate_limit(telegram: Playground, bot: Bot, alice: Person) -> None:
    bob = telegram.person("Bob")
    await bob.send_text("/start")
    telegram.set_rate_limit(per_chat_per_second=0.1)
    await bot.send_message(alice.id, "one")
    await bot.send_message(bob.id, "one")
    with pytest.raises(TelegramRetryAfter) as caught:
        await bot.send_message(alice.id, "two")
    assert caught.value.retry_after == 10
    telegram.set_rate_limit()
    await bot.send_message(alice.id, "two")


NONSENSE: list[Any] = [
    -1,
    10**30,
    1.5,
    True,
    "",
    "{",
    "<b>",
    "https://[",
    "attach://nothing",
    [],
    [1],
    [[]],
    [{"type": []}, {"type": {}}],
    {},
    {"message_id": "x", "chat_id": []},
    {"message_id": 1, "chat_id": []},
    {"type": "photo", "media": [1], "caption": 5},
    {"inline_keyboard": [[1]]},
    {"inline_keyboard": [[{"text": "x", "url": "https://["}]]},
]


@pytest.mark.parametrize("method", METHODS.values(), ids=lambda method: method.name)
async def test_nonsense_is_answered_and_not_an_error_of_the_server(
    method: Method, call: RawCall, alice: Person
) -> None:
    for name in method.types:
        for nonsense in NONSENSE:
            sensible = {"chat_id": alice.id, "message_id": 1, "text": "Hello", "timeout": 0}
            parameters = {key: sensible[key] for key in sensible if key in method.types}
            if name == "timeout" and nonsense in (True, 10**30, 1.5):
                continue  # would wait for an update
            answer = await call(method.name, **{**parameters, name: nonsense})
            assert answer["ok"] or answer["error_code"] < 500
