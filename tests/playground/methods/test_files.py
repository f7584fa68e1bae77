import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest

from playground import Person, Playground
from tests.playground.conftest import RawCall
from tests.playground.pictures import picture


async def test_download(bot: Bot, alice: Person) -> None:
    data = picture(file_format="PNG")
    message = await alice.send_document(data, "a.png")
    file = await bot.get_file(message["document"]["file_id"])
    assert file.file_size == len(data)
    assert file.file_path is not None
    assert file.file_path.endswith(".png")
    received = await bot.download(message["document"]["file_id"])
    assert received is not None
    assert received.read() == data


async def test_file_above_20_mb_cannot_be_fetched(bot: Bot, alice: Person) -> None:
    largest = await alice.send_document(bytes(20 * 1024 * 1024), "a.bin")
    assert (await bot.get_file(largest["document"]["file_id"])).file_path
    too_large = await alice.send_document(bytes(20 * 1024 * 1024 + 1), "a.bin")
    with pytest.raises(TelegramBadRequest, match="Bad Request: file is too big"):
        await bot.get_file(too_large["document"]["file_id"])


async def test_unknown_file(bot: Bot, telegram: Playground, call: RawCall) -> None:
    reason = "wrong file_id or the file is temporarily unavailable"
    with pytest.raises(TelegramBadRequest, match=reason):
        await bot.get_file("nothing")
