import asyncio
import io
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiogram import Bot
from aiogram.types import BotCommand, BufferedInputFile, InlineKeyboardButton, InlineKeyboardMarkup

from playground import Playground
from playground import server as server_module
from tests.playground.pictures import picture
from tests.playground.waiting import until

KEYBOARD = InlineKeyboardMarkup(
    inline_keyboard=[[InlineKeyboardButton(text="Neon", callback_data="neon:max")]]
)


class Page:
    """What the chat page does."""

    def __init__(self, http: aiohttp.ClientSession) -> None:
        self._http = http

    async def json(self, method: str, path: str, status: int = 200, **options: Any) -> Any:
        async with self._http.request(method, path, **options) as response:
            assert response.status == status, await response.text()
            return await response.json()

    async def send(self, chat_id: int, file: bytes | None = None, **fields: str) -> Any:
        status = int(fields.pop("status", "200"))
        name = fields.pop("name", "a.jpg")
        form = aiohttp.FormData(default_to_multipart=True, quote_fields=False)
        for key, value in fields.items():
            form.add_field(key, value)
        if file is not None:
            form.add_field("file", io.BytesIO(file), filename=name)
        return await self.json("POST", f"/api/chats/{chat_id}/messages", status, data=form)


@pytest.fixture
def page(http: aiohttp.ClientSession) -> Page:
    return Page(http)


@pytest.fixture
async def chat_id(page: Page) -> int:
    chat = await page.json("POST", "/api/chats", json={"name": "Alice", "language": "en"})
    await page.send(chat["id"], kind="text", text="/start")
    return int(chat["id"])


async def test_bot(page: Page, bot: Bot) -> None:
    assert await page.json("GET", "/api/bot") == {
        "username": "playground_bot",
        "name": "Playground bot",
        "description": {},
        "short_description": {},
        "commands": {},
        "connected": False,
        "error": None,
    }
    await bot.set_my_description("Картинки", language_code="ru")
    await bot.set_my_commands([BotCommand(command="start", description="Begin")])
    await bot.get_updates()
    info = await page.json("GET", "/api/bot")
    assert info["description"] == {"ru": "Картинки"}
    assert info["commands"] == {"": [{"command": "start", "description": "Begin"}]}
    assert info["connected"] is True


async def test_bot_that_cannot_be_reached(page: Page, bot: Bot, chat_id: int) -> None:
    await bot.set_webhook("http://127.0.0.1:1/hook")

    async def reported() -> bool:
        return (await page.json("GET", "/api/bot"))["error"] is not None

    await until(reported)
    assert (await page.json("GET", "/api/bot"))["connected"] is True


async def test_chats(page: Page, telegram: Playground, bot: Bot, chat_id: int) -> None:
    expected = {"id": chat_id, "kind": "private", "name": "Alice", "language": "en"}
    assert await page.json("GET", "/api/chats") == [expected]
    changed = await page.json("PATCH", f"/api/chats/{chat_id}", json={"language": "ru"})
    assert changed == {**expected, "language": "ru"}
    await page.send(chat_id, kind="text", text="привет")
    update = (await bot.get_updates())[-1]
    assert update.message is not None
    assert update.message.from_user is not None
    assert update.message.from_user.language_code == "ru"
    assert telegram.person_of(chat_id).language == "ru"


@pytest.mark.parametrize("body", [{}, {"name": " "}, {"name": 5}, {"name": "x" * 65}, []])
async def test_bad_chats(page: Page, body: Any) -> None:
    answer = await page.json("POST", "/api/chats", 400, json=body)
    assert answer["error"]


async def test_what_the_page_sends_reaches_the_bot(page: Page, bot: Bot, chat_id: int) -> None:
    await page.send(chat_id, picture(1400, 700), kind="photo", caption="Look")
    await page.send(chat_id, b"text", kind="document", name="a.txt")
    await page.send(chat_id, kind="sticker")
    updates = await bot.get_updates()
    photo, document, sticker = (update.message for update in updates[1:])
    assert photo is not None
    assert document is not None
    assert sticker is not None
    assert photo.photo is not None
    assert (photo.photo[-1].width, photo.caption) == (1280, "Look")
    assert document.document is not None
    assert document.document.file_name == "a.txt"
    assert sticker.sticker is not None
    messages = await page.json("GET", f"/api/chats/{chat_id}/messages")
    assert [m["message_id"] for m in messages] == [
        update.message.message_id for update in updates if update.message
    ]


async def test_what_cannot_be_sent(page: Page, chat_id: int) -> None:
    error = (await page.send(chat_id, b"text", kind="photo", status="400"))["error"]
    assert "not a picture" in error
    assert "empty" in (await page.send(chat_id, kind="text", text=" ", status="400"))["error"]
    assert "no file" in (await page.send(chat_id, kind="document", status="400"))["error"]
    assert "kind" in (await page.send(chat_id, kind="hologram", status="400"))["error"]
    assert "no such chat" in (await page.send(1, kind="text", text="x", status="404"))["error"]
    large = bytes(50 * 1024 * 1024 + 1)
    assert "Too Large" in (await page.send(chat_id, large, kind="document", status="413"))["error"]


async def test_press(page: Page, bot: Bot, chat_id: int) -> None:
    sent = await bot.send_message(chat_id, "Choose", reply_markup=KEYBOARD)
    body = {"message_id": sent.message_id, "data": "neon:max"}
    press = asyncio.create_task(page.json("POST", f"/api/chats/{chat_id}/presses", json=body))
    query = None
    while query is None:
        query = (await bot.get_updates(offset=-1, timeout=1))[0].callback_query
    await bot.answer_callback_query(query.id, "On its way", show_alert=True)
    assert await press == {"text": "On its way", "show_alert": True}


async def test_press_without_an_answer(
    page: Page, bot: Bot, chat_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("playground.chat_api.PRESS_SECONDS", 0.01)
    sent = await bot.send_message(chat_id, "Choose", reply_markup=KEYBOARD)
    body = {"message_id": sent.message_id, "data": "neon:max"}
    answer = await page.json("POST", f"/api/chats/{chat_id}/presses", json=body)
    assert answer == {"text": None, "show_alert": False, "timeout": True}


async def test_press_of_what_is_not_there(page: Page, bot: Bot, chat_id: int) -> None:
    sent = await bot.send_message(chat_id, "Choose", reply_markup=KEYBOARD)
    presses = f"/api/chats/{chat_id}/presses"
    wrong_data = {"message_id": sent.message_id, "data": "other"}
    assert "no such button" in (await page.json("POST", presses, 400, json=wrong_data))["error"]
    wrong_message = {"message_id": 999, "data": "neon:max"}
    assert "no such message" in (await page.json("POST", presses, 404, json=wrong_message))["error"]


async def test_delete(page: Page, http: aiohttp.ClientSession, chat_id: int) -> None:
    sent = await page.send(chat_id, kind="text", text="oops")
    path = f"/api/chats/{chat_id}/messages/{sent['message_id']}"
    async with http.delete(path) as response:
        assert response.status == 204
    messages = await page.json("GET", f"/api/chats/{chat_id}/messages")
    assert [m["text"] for m in messages] == ["/start"]
    await page.json("DELETE", path, 404)


async def test_files(page: Page, http: aiohttp.ClientSession, chat_id: int) -> None:
    data = picture()
    image = (await page.send(chat_id, data, kind="document", name="ночь.jpg"))["document"]
    async with http.get(f"/api/files/{image['file_id']}") as response:
        assert await response.read() == data
        assert response.headers["Content-Type"] == "image/jpeg"
        assert response.headers["Content-Disposition"].startswith("inline")
    async with http.get(f"/api/files/{image['file_id']}?download=1") as response:
        assert response.headers["Content-Disposition"].startswith("attachment")
        assert response.content_disposition is not None
        assert response.content_disposition.filename == "ночь.jpg"
    async with http.get("/api/files/nothing") as response:
        assert response.status == 404


@pytest.mark.parametrize("name", ["a.svg", "a.html", "a.js"])
async def test_files_with_scripts_are_only_offered_for_saving(
    page: Page, http: aiohttp.ClientSession, chat_id: int, name: str
) -> None:
    sent = await page.send(chat_id, b"<script>", kind="document", name=name)
    async with http.get(f"/api/files/{sent['document']['file_id']}") as response:
        assert response.headers["Content-Disposition"].startswith("attachment")
        assert response.headers["X-Content-Type-Options"] == "nosniff"


async def test_index_and_static_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server_module, "PAGE", tmp_path)
    async with Playground() as telegram, aiohttp.ClientSession(telegram.url) as http:
        async with http.get("/") as response:
            assert response.status == 404
        (tmp_path / "index.html").write_text("<!doctype html>")
        (tmp_path / "app.js").write_text("1")
        async with http.get("/") as response:
            assert response.status == 200
            assert response.content_type == "text/html"
        async with http.get("/static/app.js") as response:
            assert await response.text() == "1"


async def test_photo_of_the_bot_can_be_shown(
    page: Page, http: aiohttp.ClientSession, bot: Bot, chat_id: int
) -> None:
    await bot.send_photo(chat_id, BufferedInputFile(picture(200, 100), "a.jpg"))
    message = (await page.json("GET", f"/api/chats/{chat_id}/messages"))[-1]
    for size in message["photo"]:
        async with http.get(f"/api/files/{size['file_id']}") as response:
            assert len(await response.read()) == size["file_size"]
