import io
from typing import Any

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import BufferedInputFile, InputProfilePhotoStatic
from PIL import Image

from playground import Person
from tests.playground.conftest import RawCall


def photo(side: int = 320, format_name: str = "JPEG") -> InputProfilePhotoStatic:
    buffer = io.BytesIO()
    Image.new("RGB", (side, side), "navy").save(buffer, format_name)
    return InputProfilePhotoStatic(photo=BufferedInputFile(buffer.getvalue(), "me.jpg"))


async def test_the_newest_profile_photo_comes_first_and_can_be_fetched(bot: Bot) -> None:
    assert (await bot.get_user_profile_photos(bot.id)).total_count == 0
    assert await bot.set_my_profile_photo(photo(200))
    assert await bot.set_my_profile_photo(photo(640))
    photos = await bot.get_user_profile_photos(bot.id)
    assert photos.total_count == 2
    assert [sizes[-1].width for sizes in photos.photos] == [640, 200]
    assert (await bot.get_file(photos.photos[0][-1].file_id)).file_path
    assert (await bot.get_user_profile_photos(bot.id, offset=1, limit=1)).total_count == 2
    assert await bot.remove_my_profile_photo()
    assert (await bot.get_user_profile_photos(bot.id)).photos[0][-1].width == 200


@pytest.mark.parametrize(
    ("given", "reason"),
    [(photo(100), "PHOTO_CROP_SIZE_SMALL"), (photo(320, "PNG"), "IMAGE_PROCESS_FAILED")],
)
async def test_a_small_photo_or_no_jpeg_is_refused(
    bot: Bot, given: InputProfilePhotoStatic, reason: str
) -> None:
    with pytest.raises(TelegramBadRequest, match=reason):
        await bot.set_my_profile_photo(given)


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"photo": "attach://x"}, 'can\'t find field "type"'),
        ({"type": "static", "photo": "AgACknown"}, "must be uploaded"),
        ({"type": "animated"}, "static ones only"),
        ("x", "photo"),
    ],
)
async def test_what_is_no_profile_photo_is_refused(call: RawCall, given: Any, reason: str) -> None:
    assert reason in (await call("setMyProfilePhoto", photo=given))["description"]


async def test_people_have_no_profile_photos(bot: Bot, alice: Person) -> None:
    assert (await bot.get_user_profile_photos(alice.id)).total_count == 0
    with pytest.raises(TelegramBadRequest, match="user not found"):
        await bot.get_user_profile_photos(5)
