"""Several pictures at once, GIFs and slideshows."""

from __future__ import annotations

import pytest
from aiogram.types import (
    BufferedInputFile,
    InputMediaPhoto,
    InputRichBlockPhoto,
    InputRichBlockSlideshow,
    InputRichBlockUnion,
    InputRichMessage,
    MediaUnion,
    ReplyParameters,
    RichBlockCaption,
)
from playwright.async_api import FilePayload, Page, expect

from playground import Playground
from tests.playground.page.actions import chat, picture_file
from tests.playground.page.bot import client
from tests.playground.page.pictures import BLUE, ORANGE, is_near, plain_picture
from tests.playground.pictures import gif

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def person_of(page: Page, playground: Playground) -> int:
    return int(await chat(page).get_attribute("data-chat-id") or 0)


async def test_several_photos_go_out_as_one_album_with_the_caption(
    page: Page, playground: Playground
) -> None:
    column = chat(page)
    files = [picture_file(f"{name}.png") for name in ("one", "two", "three")]
    await column.locator("input[data-kind=photo]").set_input_files(files)
    await expect(column.get_by_label("together, as an album")).to_be_checked()
    await column.get_by_role("textbox", name="Add a caption").fill("all three")
    await column.get_by_role("button", name="Send", exact=True).click()
    own = column.locator(".message-own")
    await expect(own).to_have_count(1)
    await expect(own).to_contain_text("all three")
    await expect(own.get_by_role("button", name="Look at picture")).to_have_count(3)
    messages = playground.person_of(await person_of(page, playground)).messages
    sent = [m for m in messages if not m["from"]["is_bot"]]
    assert len({m["media_group_id"] for m in sent}) == 1
    await page.reload()
    await expect(own.get_by_role("button", name="Look at picture 3 of 3")).to_be_visible()


async def test_files_may_go_out_one_by_one(page: Page) -> None:
    column = chat(page)
    files = [picture_file("one.png"), picture_file("two.png")]
    await column.locator("input[data-kind=document]").set_input_files(files)
    await column.get_by_label("together, as an album").uncheck()
    await column.get_by_role("button", name="Send", exact=True).click()
    await expect(column.locator(".message-own")).to_have_count(2)


async def test_photos_and_files_make_albums_of_their_own(page: Page) -> None:
    column = chat(page)
    files = [picture_file(f"{n}.png") for n in range(2)]
    await column.locator("input[data-kind=photo]").set_input_files(files)
    await column.locator("input[data-kind=document]").set_input_files(files)
    await column.get_by_role("button", name="Send", exact=True).click()
    own = column.locator(".message-own")
    await expect(own).to_have_count(2)
    await expect(own.last.get_by_role("link", name="Download 1.png")).to_be_visible()


async def test_a_picture_of_a_result_is_compared_with_its_own_original(
    page: Page, playground: Playground
) -> None:
    person = playground.person_of(await person_of(page, playground))
    album = await person.send_album([plain_picture(BLUE), plain_picture(ORANGE)])
    media: list[MediaUnion] = [
        InputMediaPhoto(media=BufferedInputFile(plain_picture((0, 0, 0)), "a.png"))
        for _ in range(2)
    ]
    bot = client(playground)
    await bot.send_media_group(
        person.id, media, reply_parameters=ReplyParameters(message_id=album[0]["message_id"])
    )
    await bot.session.close()
    result = chat(page).locator(".message-bot").filter(has=page.locator(".album"))
    await result.get_by_role("button", name="Look at picture 2 of 2").click()
    viewer = page.get_by_role("dialog", name="Picture")
    await expect(viewer).to_have_attribute("data-state", "ready")
    await expect(viewer).to_have_attribute("data-mode", "compare")
    picture = viewer.locator(".layer:not(.layer-before) img")
    assert is_near(await picture.screenshot(), 0.3, ORANGE)


async def test_a_gif_is_sent_as_such_and_shown_still_to_who_wants_less_motion(
    page: Page, playground: Playground
) -> None:
    column = chat(page)
    file: FilePayload = {"name": "night.gif", "mimeType": "image/gif", "buffer": gif()}
    await column.locator("input[data-kind=photo]").set_input_files([file])
    await expect(column.get_by_label("How to send night.gif")).to_have_value("animation")
    await column.get_by_role("button", name="Send", exact=True).click()
    shown = column.get_by_role("button", name="Look at the GIF")
    await expect(shown).to_be_visible()
    message = playground.person_of(await person_of(page, playground)).messages[0]
    assert message["animation"]["mime_type"] == "image/gif"
    still = message["animation"]["thumbnail"]["file_id"]
    await expect(shown.locator("img")).to_have_attribute("src", f"/api/files/{still}")
    await page.emulate_media(reduced_motion="no-preference")
    await page.reload()
    moving = message["animation"]["file_id"]
    await expect(shown.locator("img")).to_have_attribute("src", f"/api/files/{moving}")


async def test_a_slideshow_is_leafed_through(page: Page, playground: Playground) -> None:
    person = playground.person_of(await person_of(page, playground))
    await person.send_text("show me")
    photos: list[InputRichBlockUnion] = [
        InputRichBlockPhoto(
            photo=InputMediaPhoto(media=BufferedInputFile(plain_picture(colour), "a.png"))
        )
        for colour in (ORANGE, BLUE)
    ]
    show = InputRichBlockSlideshow(blocks=photos, caption=RichBlockCaption(text="Before, after"))
    bot = client(playground)
    await bot.send_rich_message(person.id, InputRichMessage(blocks=[show]))
    await bot.session.close()
    # The bot's own answer to the text comes before the show or after it.
    message = chat(page).locator(".message-bot").filter(has_text="Before, after")
    await expect(message).to_contain_text("1 / 2")
    await message.get_by_role("button", name="Next").click()
    await expect(message).to_contain_text("2 / 2")
    await message.get_by_role("button", name="Look at the picture").last.click()
    viewer = page.get_by_role("dialog", name="Picture")
    await expect(viewer).to_have_attribute("data-state", "ready")
    assert is_near(await viewer.locator(".layer img").first.screenshot(), 0.5, BLUE)
