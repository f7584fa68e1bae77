import asyncio
import io
import json
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiogram import Bot
from aiogram.types import (
    BotCommand,
    BotCommandScopeAllGroupChats,
    BufferedInputFile,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
)

from playground import Playground
from playground import server as server_module
from tests.playground.pictures import gif, picture

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

    async def send(self, chat_id: int, *files: bytes, **fields: str) -> Any:
        """Send a form; returns the first message, or what the answer is instead."""
        status = int(fields.pop("status", "200"))
        name = fields.pop("name", "a.jpg")
        form = aiohttp.FormData(default_to_multipart=True, quote_fields=False)
        for key, value in fields.items():
            form.add_field(key, value)
        for index, file in enumerate(files):
            form.add_field(f"file{index}", io.BytesIO(file), filename=name)
        answer = await self.json("POST", f"/api/chats/{chat_id}/messages", status, data=form)
        return answer[0] if status == 200 else answer


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
        "group_commands": {},
        "photo": None,
        "connected": False,
        "problem": "nobody",
        "waiting": 0,
    }
    await bot.set_my_description("Картинки", language_code="ru")
    await bot.set_my_commands([BotCommand(command="start", description="Begin")])
    neon = [BotCommand(command="neon", description="Light it")]
    await bot.set_my_commands(neon, scope=BotCommandScopeAllGroupChats(), language_code="en")
    await bot.get_updates()
    info = await page.json("GET", "/api/bot")
    assert info["description"] == {"ru": "Картинки"}
    start = [{"command": "start", "description": "Begin"}]
    assert info["commands"] == {"": start}
    assert info["group_commands"] == {
        "": start,
        "en": [{"command": "neon", "description": "Light it"}],
    }
    assert (info["connected"], info["problem"]) == (True, None)


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
    async def code(*files: bytes, status: str = "400", **fields: str) -> Any:
        return (await page.send(chat_id, *files, status=status, **fields))["code"]

    assert await code(b"text", kind="photo") == "notAPicture"
    assert await code(picture(420, 20), kind="photo") == "badShape"
    assert await code(picture(), kind="animation") == "notAPicture"
    assert await code(kind="text", text=" ") == "refused"
    assert await code(kind="document") == "refused"
    assert await code(kind="hologram") == "refused"
    assert await code(*[b"x"] * 11, kind="document") == "refused"
    assert await code(kind="text", text="x", reply_to="999", status="404") == "gone"
    assert await code(kind="text", text="x", reply_to="x") == "refused"
    assert await code(kind="forward", from_chat=str(chat_id), messages="[999]", status="404")
    assert await code(kind="forward", from_chat=str(chat_id), messages="x") == "refused"
    assert await code(bytes(50 * 1024 * 1024 + 1), kind="document", status="413") == "tooLarge"
    assert (await page.send(1, kind="text", text="x", status="404"))["code"] == "gone"


async def test_albums_replies_and_gifs_reach_the_bot(page: Page, bot: Bot, chat_id: int) -> None:
    photo = await page.send(chat_id, picture(), picture(), kind="photo", caption="Both")
    reply = str(photo["message_id"])
    await page.send(chat_id, gif(), kind="animation", name="a.gif", reply_to=reply)
    await page.send(chat_id, b"1", b"2", kind="document", name="a.txt", reply_to=reply)
    messages = [update.message for update in await bot.get_updates()][1:]
    assert [m.content_type for m in messages if m] == [
        *("photo", "photo", "animation", "document", "document")
    ]
    assert len({m.media_group_id for m in messages if m}) == 3
    assert [m.reply_to_message is not None for m in messages if m] == [False] * 2 + [True] * 3


async def test_messages_are_forwarded_between_chats(page: Page, bot: Bot, chat_id: int) -> None:
    photo = await page.send(chat_id, picture(), kind="photo", caption="Mine")
    ben = await page.json("POST", "/api/chats", json={"name": "Ben"})
    ids = json.dumps([photo["message_id"]])
    sent = await page.send(ben["id"], kind="forward", from_chat=str(chat_id), messages=ids)
    assert sent["caption"] == "Mine"
    assert sent["forward_origin"]["sender_user"]["id"] == chat_id


async def test_two_people_in_a_group(page: Page, bot: Bot, chat_id: int) -> None:
    ben = await page.json("POST", "/api/chats", json={"name": "Ben", "language": "ru"})
    members = [chat_id, ben["id"]]
    body = {"name": "Friends", "members": members}
    group = await page.json("POST", "/api/chats", json=body)
    assert {**group, "id": 0} == {"id": 0, "kind": "group", "name": "Friends", "members": members}
    said = await page.send(group["id"], kind="text", text="/help", **{"as": str(ben["id"])})
    assert said["from"]["first_name"] == "Ben"
    await page.send(group["id"], kind="text", text="x", status="400")
    await page.send(group["id"], kind="text", text="x", status="404", **{"as": "5"})
    sent = await bot.send_message(group["id"], "Choose", reply_markup=KEYBOARD)
    pressed = {"message_id": sent.message_id, "data": "neon:max", "as": chat_id}
    path = f"/api/chats/{group['id']}/presses"
    press = asyncio.create_task(page.json("POST", path, json=pressed))
    query = None
    while query is None:
        query = (await bot.get_updates(offset=-1, timeout=1))[0].callback_query
    assert query.from_user.id == chat_id
    await bot.answer_callback_query(query.id, "Fine")
    assert (await press)["text"] == "Fine"


@pytest.mark.parametrize("members", [[], "x", [5], ["1"], [True]])
async def test_bad_groups(page: Page, chat_id: int, members: Any) -> None:
    status = 404 if members == [5] else 400
    body = {"name": "Friends", "members": members}
    await page.json("POST", "/api/chats", status, json=body)


async def test_a_chat_can_be_cleared(page: Page, http: aiohttp.ClientSession, chat_id: int) -> None:
    async with http.delete(f"/api/chats/{chat_id}/messages") as response:
        assert response.status == 204
    assert await page.json("GET", f"/api/chats/{chat_id}/messages") == []


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
    answer = await page.json("POST", presses, 404, json=wrong_data)
    assert answer == {"error": "the message has no such button", "code": "gone"}
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
