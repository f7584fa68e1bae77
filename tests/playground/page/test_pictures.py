"""Pictures on the page: large, compared, downloaded."""

from __future__ import annotations

from pathlib import Path

import pytest
from aiogram.types import BufferedInputFile, ReplyParameters
from playwright.async_api import Locator, Page, expect

from playground import Playground
from tests.playground.page.actions import chat, send_picture
from tests.playground.page.bot import RESULT_FILE, PageBot, client
from tests.playground.page.pictures import BLUE, ORANGE, is_near, plain_picture

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def painted(page: Page, bot: PageBot) -> Locator:
    """Have a photo painted; return the message with the result."""
    column = chat(page)
    await send_picture(column)
    bot.may_finish.set()
    await column.get_by_role("button", name="Paint").click()
    result = column.locator(".message-bot").filter(has_text="Painted")
    await result.wait_for()
    return result


async def test_picture_opens_large_and_closes(page: Page, bot: PageBot) -> None:
    result = await painted(page, bot)
    opener = result.get_by_role("button", name="Look at the picture")
    await opener.click()
    viewer = page.get_by_role("dialog", name="Picture")
    await expect(viewer).to_have_attribute("data-state", "ready")
    assert is_near(await viewer.get_by_role("group").locator("img").first.screenshot(), 0.5, BLUE)
    await page.keyboard.press("Escape")
    await expect(viewer).to_have_count(0)
    await expect(opener).to_be_focused()


async def test_before_and_after_are_compared_with_keys_and_pointer(
    page: Page, bot: PageBot
) -> None:
    result = await painted(page, bot)
    await result.get_by_role("button", name="Compare").click()
    viewer = page.get_by_role("dialog", name="Picture")
    await expect(viewer).to_have_attribute("data-state", "ready")
    await page.keyboard.press("+")  # over the fitted size, so that the picture can be grabbed
    stage, slider = viewer.locator(".stage"), viewer.get_by_role("slider")
    picture = viewer.locator(".layer:not(.layer-before) img")
    assert is_near(await picture.screenshot(), 0.4, ORANGE)
    assert is_near(await picture.screenshot(), 0.6, BLUE)

    await slider.focus()
    await page.keyboard.press("Home")
    assert is_near(await picture.screenshot(), 0.4, BLUE)

    await viewer.get_by_role("button", name="Fit").click()
    handle = await viewer.locator(".split-handle").bounding_box()
    box = await picture.bounding_box()
    assert handle is not None
    assert box is not None
    await page.mouse.move(handle["x"] + handle["width"] / 2, handle["y"] + handle["height"] / 2)
    await page.mouse.down()
    await page.mouse.move(box["x"] + box["width"] * 0.8, handle["y"], steps=4)
    await page.mouse.up()
    await expect(slider).to_have_value("80")
    assert is_near(await picture.screenshot(), 0.7, ORANGE)
    assert is_near(await picture.screenshot(), 0.9, BLUE)
    await expect(stage).to_be_visible()


async def test_zoom_keeps_the_picture_on_the_stage(page: Page, bot: PageBot) -> None:
    result = await painted(page, bot)
    await result.get_by_role("button", name="Look at the picture").click()
    viewer = page.get_by_role("dialog", name="Picture")
    await expect(viewer).to_have_attribute("data-state", "ready")
    await expect(viewer.locator("output")).to_have_text("100 %")
    for _ in range(3):
        await viewer.get_by_role("button", name="Zoom in").click()
    await expect(viewer.locator("output")).to_have_text("338 %")
    stage = viewer.locator(".stage")
    box = await stage.bounding_box()
    assert box is not None
    await page.mouse.move(box["x"] + 300, box["y"] + 300)
    await page.mouse.down()
    await page.mouse.move(box["x"] - 5000, box["y"] - 5000)
    await page.mouse.up()
    picture = await viewer.locator(".layer:not(.layer-before) img").bounding_box()
    assert picture is not None
    assert picture["x"] + picture["width"] >= box["x"] + min(box["width"], picture["width"]) - 1
    await viewer.get_by_role("button", name="Fit").click()
    await expect(viewer.locator("output")).to_have_text("100 %")
    picture = await viewer.locator(".layer:not(.layer-before) img").bounding_box()
    assert picture is not None
    assert picture["x"] + picture["width"] / 2 == pytest.approx(box["x"] + box["width"] / 2, abs=1)


async def test_file_is_downloaded_byte_for_byte_under_its_name(
    page: Page, bot: PageBot, tmp_path: Path
) -> None:
    column = chat(page)
    await send_picture(column, "document")
    bot.may_finish.set()
    await column.get_by_role("button", name="Enlarge").click()
    async with page.expect_download() as started:
        await column.get_by_role("link", name="Download enlarged.png").click()
    download = await started.value
    assert download.suggested_filename == "enlarged.png"
    await download.save_as(tmp_path / "enlarged.png")
    assert (tmp_path / "enlarged.png").read_bytes() == RESULT_FILE


async def test_enlarged_file_is_compared_with_the_photo_it_answers(
    page: Page, bot: PageBot
) -> None:
    column = chat(page)
    await send_picture(column)
    bot.may_finish.set()
    await column.get_by_role("button", name="Enlarge").click()
    await column.get_by_role("button", name="Compare").click()
    viewer = page.get_by_role("dialog", name="Picture")
    await expect(viewer).to_contain_text("320 × 200 → 640 × 400")


async def test_a_picture_of_another_shape_is_not_compared(
    page: Page, playground: Playground
) -> None:
    column = chat(page)
    await send_picture(column)
    person = playground.person_of(int(await column.get_attribute("data-chat-id") or 0))
    sheet = BufferedInputFile(plain_picture(BLUE, (320, 640)), "sheet.png")
    bot = client(playground)
    reply = ReplyParameters(message_id=person.messages[0]["message_id"])
    await bot.send_photo(person.id, sheet, caption="All lights", reply_parameters=reply)
    await bot.session.close()
    result = column.locator(".message-bot").filter(has_text="All lights")
    await expect(result.get_by_role("link", name="Download")).to_be_visible()
    await expect(result.get_by_role("button", name="Compare")).to_have_count(0)


async def test_own_photo_has_nothing_to_compare_with(page: Page) -> None:
    column = chat(page)
    await send_picture(column)
    own = column.locator(".message-own")
    await expect(own.get_by_role("link", name="Download")).to_be_visible()
    await expect(own.get_by_role("button", name="Compare")).to_have_count(0)


async def test_picture_that_is_no_longer_kept_says_so(
    page: Page, bot: PageBot, problems: list[str]
) -> None:
    await painted(page, bot)
    await page.route("**/api/files/**", lambda route: route.fulfill(status=404))
    await page.reload()
    result = chat(page).locator(".message-bot").filter(has_text="Painted")
    await expect(result.get_by_text("This picture is no longer kept")).to_be_visible()
    await result.get_by_role("button", name="Compare").click()
    viewer = page.get_by_role("dialog", name="Picture")
    await expect(viewer).to_contain_text("This picture is no longer kept")
    problems.clear()  # the browser notes the missing files


async def test_result_opens_even_if_the_original_is_gone(
    page: Page, bot: PageBot, problems: list[str]
) -> None:
    result = await painted(page, bot)
    original = chat(page).locator(".message-own img")
    await page.route(f"**{await original.get_attribute('src')}", lambda route: route.abort())
    await result.get_by_role("button", name="Compare").click()
    viewer = page.get_by_role("dialog", name="Picture")
    await expect(viewer).to_have_attribute("data-mode", "single")
    await expect(viewer.get_by_role("button", name="Compare")).to_be_hidden()
    await expect(viewer.locator(".viewer-size")).to_have_text("320 × 200")
    problems.clear()  # the browser notes the missing file
