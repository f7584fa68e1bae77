"""Faults on demand: each spoils one answer in its own way, and the call takes effect or not."""

import aiohttp
import pytest
from aiohttp import ClientError, ClientPayloadError, ServerDisconnectedError

from playground import ApiError, Fault, Person, Playground
from tests.playground.conftest import RawCall

HELLO = b"Hello, file"


@pytest.fixture
async def path(telegram: Playground, alice: Person, call: RawCall) -> str:
    message = await alice.send_document(HELLO, "a.txt")
    file = await call("getFile", file_id=message["document"]["file_id"])
    return f"/file/bot{telegram.token}/{file['result']['file_path']}"


async def sent(http: aiohttp.ClientSession, telegram: Playground, chat_id: int) -> tuple[int, str]:
    address = f"/bot{telegram.token}/sendMessage"
    async with http.post(address, data={"chat_id": chat_id, "text": "Hello"}) as response:
        return response.status, await response.text()


@pytest.mark.parametrize("takes_effect", [True, False])
async def test_a_page_of_a_gateway(
    telegram: Playground, http: aiohttp.ClientSession, alice: Person, *, takes_effect: bool
) -> None:
    before = len(alice.messages)
    telegram.fail_next("sendMessage", Fault("page", status=504, takes_effect=takes_effect))
    status, page = await sent(http, telegram, alice.id)
    assert status == 504
    assert page.startswith("<html>")
    assert len(alice.messages) == before + takes_effect
    assert telegram.calls[-1].ok == takes_effect
    assert (await sent(http, telegram, alice.id))[0] == 200


@pytest.mark.parametrize("takes_effect", [True, False])
@pytest.mark.parametrize(
    ("kind", "error"),
    [("reset", ServerDisconnectedError), ("hang", ClientError), ("broken", ClientError)],
)
async def test_an_answer_that_does_not_arrive(
    *,
    telegram: Playground,
    http: aiohttp.ClientSession,
    alice: Person,
    kind: str,
    error: type[Exception],
    takes_effect: bool,
) -> None:
    before = len(alice.messages)
    fault = Fault(kind, takes_effect=takes_effect, seconds=0.05)  # type: ignore[arg-type]
    telegram.fail_next("sendMessage", fault, times=2)
    for _ in range(2):
        with pytest.raises(error):
            await sent(http, telegram, alice.id)
    assert len(alice.messages) == before + 2 * takes_effect
    assert (await sent(http, telegram, alice.id))[0] == 200


@pytest.mark.parametrize(
    ("kind", "body"), [("cut", HELLO[: len(HELLO) // 2]), ("empty", b""), (None, HELLO)]
)
async def test_a_file_that_does_not_arrive_whole(
    telegram: Playground, http: aiohttp.ClientSession, path: str, kind: str | None, body: bytes
) -> None:
    if kind:
        telegram.fail_next("download", Fault(kind))  # type: ignore[arg-type]
    async with http.get(path) as response:
        assert await response.read() == body
        assert response.content_length == len(body)


async def test_a_file_whose_missing_rest_shows(
    telegram: Playground, http: aiohttp.ClientSession, path: str
) -> None:
    telegram.fail_next("download", Fault("broken"))
    async with http.get(path) as response:
        assert response.status == 200
        with pytest.raises(ClientPayloadError):
            await response.read()


async def test_a_file_that_is_refused(
    telegram: Playground, http: aiohttp.ClientSession, path: str
) -> None:
    telegram.fail_next("download", ApiError(404, "Not Found"))
    async with http.get(path) as response:
        assert response.status == 404
