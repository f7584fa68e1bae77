from typing import Any

import aiohttp
import pytest

from playground import Playground
from tests.playground.conftest import RawCall

FORM = {"kind": "text", "text": "hello"}


async def status(
    http: aiohttp.ClientSession, path: str, method: str = "GET", data: Any = None, **headers: str
) -> int:
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    async with http.request(method, path, data=data, headers=names) as response:
        return response.status


@pytest.mark.parametrize(
    "path", ["/", "/static/app.js", "/api/chats", "/api/events", "/api/files/x"]
)
@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:80", "localhost.evil.example", "", "[x"]
)
async def test_the_page_has_no_other_name(
    http: aiohttp.ClientSession, path: str, host: str
) -> None:
    assert await status(http, path, Host=host) == 403


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST:1", "127.0.0.1", "[::1]:8081", "10.0.0.5"]
)
async def test_its_own_names_and_addresses_are_fine(http: aiohttp.ClientSession, host: str) -> None:
    assert await status(http, "/api/chats", Host=host) == 200


async def test_a_name_to_listen_at_is_its_own() -> None:
    async with Playground(host="localhost") as telegram, aiohttp.ClientSession(telegram.url) as own:
        assert await status(own, "/api/chats") == 200


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://localhost:1"])
async def test_posts_of_other_pages_are_refused_and_do_nothing(
    http: aiohttp.ClientSession, telegram: Playground, origin: str
) -> None:
    alice = telegram.person()
    path = f"/api/chats/{alice.id}/messages"
    assert await status(http, path, "POST", FORM, Origin=origin) == 403
    assert await status(http, path, "DELETE", Origin=origin) == 403
    assert await status(http, "/api/chats", "POST", b'{"name": "x"}', Origin=origin) == 403
    assert alice.messages == []
    assert await status(http, path, "POST", FORM, Origin=telegram.url) == 200


async def test_the_bot_api_takes_no_page_either_but_any_name(
    http: aiohttp.ClientSession, telegram: Playground, call: RawCall
) -> None:
    method = f"/bot{telegram.token}/getMe"
    assert await status(http, method, Host="telegram:8081") == 200
    assert await status(http, method, "POST", FORM, Origin="https://evil.example") == 403
    assert (await call("getMe"))["ok"]


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
async def test_other_pages_may_link_to_the_page_and_no_more(
    http: aiohttp.ClientSession, site: str
) -> None:
    linked = {"Sec_Fetch_Site": site, "Sec_Fetch_Mode": "navigate"}
    assert await status(http, "/", **linked) == 200
    embedded = {"Sec_Fetch_Site": site, "Sec_Fetch_Mode": "no-cors"}
    assert await status(http, "/api/chats", **embedded) == 403
    assert await status(http, "/api/chats", Sec_Fetch_Site="same-origin") == 200


async def test_the_page_cannot_be_framed(http: aiohttp.ClientSession) -> None:
    async with http.get("/") as response:
        assert response.headers["X-Frame-Options"] == "DENY"
        assert response.headers["Cross-Origin-Resource-Policy"] == "same-origin"
