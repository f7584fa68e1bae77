"""Languages, several chats, and the phone."""

from __future__ import annotations

from itertools import pairwise

import pytest
from playwright.async_api import Page, expect

from playground import Playground
from tests.playground.page.actions import chat, picture_file, send_picture, write
from tests.playground.page.bot import PageBot
from tests.playground.page.conftest import OpenPage

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

PHONE = (360, 740)

# Everything that can be tapped and is seen, but neither has a name nor lies within the window.
UNUSABLE_CONTROLS = """() => [...document.querySelectorAll("button, a[href], select, textarea")]
    .filter((control) => control.checkVisibility())
    .filter((control) => {
        const box = control.getBoundingClientRect();
        const name = control.ariaLabel || control.textContent.trim() || control.labels?.length;
        return !name || box.left < 0 || box.right > innerWidth;
    })
    .map((control) => control.outerHTML)"""


# Whatever would have to be scrolled sideways to be seen.
TOO_WIDE = """() => ["html", ".top-bar", ".column", ".column-head", ".scroller", ".composer"]
    .flatMap((selector) => [...document.querySelectorAll(selector)])
    .filter((element) => element.scrollWidth > element.clientWidth)
    .map((element) => element.className || element.localName)"""


async def add_chat(page: Page, name: str, language: str) -> None:
    await page.get_by_role("button", name="Add a chat").click()
    dialog = page.get_by_role("dialog", name="New chat")
    await dialog.get_by_label("Language").select_option(language)
    await dialog.get_by_label("Name").fill(name)
    await dialog.get_by_role("button", name="Add", exact=True).click()
    await chat(page, name).wait_for()


async def test_language_of_the_page_is_switched_and_remembered(page: Page) -> None:
    await write(chat(page), "hi")
    await page.get_by_role("button", name="RU", exact=True).click()
    await expect(page.locator("html")).to_have_attribute("lang", "ru")
    await expect(page.get_by_role("button", name="Добавить чат")).to_be_visible()
    await expect(chat(page).get_by_role("textbox", name="Сообщение…")).to_be_visible()
    await page.reload()
    await expect(page.get_by_role("button", name="Добавить чат")).to_be_visible()


async def test_one_switch_is_for_the_page_and_its_only_person(
    page: Page, playground: Playground
) -> None:
    column = chat(page)
    await expect(column.get_by_label("Language of this person")).to_be_hidden()
    await page.get_by_role("button", name="RU", exact=True).click()
    await expect(column).to_contain_text("Я рисую картинки.")
    await write(column, "/start")
    await expect(column).to_contain_text("your language is ru")


async def test_a_page_that_nobody_has_set_speaks_as_its_only_person(
    playground: Playground, bot: PageBot, open_page: OpenPage
) -> None:
    playground.person("Вера", "ru")
    page = await open_page(playground.url)
    await expect(page.locator("html")).to_have_attribute("lang", "ru")
    await expect(chat(page, "Вера").get_by_label("Язык собеседника")).to_be_hidden()


async def test_the_page_speaks_as_its_person_in_every_language(page: Page) -> None:
    for name, language, words in (
        ("ES", "es", "Escribe un mensaje…"),
        ("PT", "pt-br", "Escreva uma mensagem…"),
    ):
        await page.get_by_role("button", name=name, exact=True).click()
        column = chat(page)
        await expect(column.get_by_role("textbox", name=words)).to_be_visible()
        await write(column, "/start")
        await expect(column).to_contain_text(f"your language is {language}")
    assert await page.evaluate(TOO_WIDE) == []


async def test_several_people_have_languages_of_their_own(page: Page) -> None:
    await add_chat(page, "Boris", "ru")
    column = chat(page)
    await column.get_by_label("Language of this person").select_option("es")
    await write(column, "/start")
    await expect(column).to_contain_text("your language is es")
    await expect(chat(page, "Boris")).to_contain_text("Я рисую картинки.")
    await page.get_by_role("button", name="RU", exact=True).click()
    await expect(column.get_by_label("Язык собеседника")).to_have_value("es")


async def test_errors_are_told_in_the_language_of_the_page(page: Page, problems: list[str]) -> None:
    await page.get_by_role("button", name="RU", exact=True).click()
    column = chat(page)
    broken = picture_file("broken.png", b"no picture at all")
    await column.locator("input[data-kind=photo]").set_input_files([broken])
    await column.get_by_role("button", name="Отправить", exact=True).click()
    await expect(column.locator(".toast-error")).to_contain_text("Отправьте файлом")
    problems.clear()  # the browser notes the refusal (status 400) in its console


@pytest.mark.parametrize("width", [320, 360, 412])
async def test_the_viewer_fits_a_russian_phone(
    playground: Playground, bot: PageBot, open_page: OpenPage, width: int
) -> None:
    playground.person("Вера", "ru")
    page = await open_page(playground.url, (width, 640), touch=True)
    column = chat(page, "Вера")
    await column.locator("input[data-kind=photo]").set_input_files([picture_file()])
    await column.get_by_role("button", name="Отправить", exact=True).click()
    bot.may_finish.set()
    await column.get_by_role("button", name="Paint").click()
    await column.get_by_role("button", name="Сравнить").click()
    viewer = page.get_by_role("dialog", name="Картинка")
    await expect(viewer).to_have_attribute("data-state", "ready")
    bar = viewer.locator(".viewer-bar")
    assert await bar.evaluate("bar => bar.scrollWidth <= bar.clientWidth")
    controls = await bar.locator("button, a, output").all()
    boxes = [box for control in controls if (box := await control.bounding_box())]
    assert len(boxes) == 8
    middles = [box["y"] + box["height"] / 2 for box in boxes]
    assert max(middles) - min(middles) < 3  # all in one row
    assert all(box["x"] >= 0 and box["x"] + box["width"] <= width for box in boxes)
    edges = sorted((box["x"], box["x"] + box["width"]) for box in boxes)
    assert all(end <= start + 0.5 for (_, end), (start, _) in pairwise(edges))
    assert await page.evaluate(UNUSABLE_CONTROLS) == []


async def test_chats_side_by_side_stay_apart(page: Page) -> None:
    await add_chat(page, "Boris", "ru")
    alice, boris = chat(page, "Alice"), chat(page, "Boris")
    await write(boris, "only from Boris")
    await expect(boris).to_contain_text("Send me a photo")
    await expect(alice).not_to_contain_text("Boris")
    boxes = [await column.bounding_box() for column in (alice, boris)]
    assert boxes[0] is not None
    assert boxes[1] is not None
    assert boxes[0]["x"] + boxes[0]["width"] <= boxes[1]["x"]


async def test_two_windows_show_the_same(
    page: Page, open_page: OpenPage, playground: Playground
) -> None:
    other = await open_page(playground.url)
    await write(chat(page), "seen everywhere")
    await expect(chat(other)).to_contain_text("seen everywhere")
    await add_chat(page, "Boris", "ru")
    await expect(chat(other, "Boris")).to_be_visible()


async def test_phone_shows_one_chat_behind_tabs_and_counts_the_unread(
    playground: Playground, bot: PageBot, open_page: OpenPage
) -> None:
    alice = playground.person("Alice", "en")
    playground.person("Boris", "ru")
    page = await open_page(playground.url, PHONE, touch=True)
    tabs = page.get_by_role("navigation", name="Chats")
    await tabs.get_by_role("button", name="Boris").click()
    await expect(chat(page, "Boris")).to_be_visible()
    await expect(chat(page, "Alice")).to_be_hidden()
    await alice.send_text("hi")
    await expect(tabs.get_by_role("button", name="Alice")).to_contain_text("1")
    await tabs.get_by_role("button", name="Alice").click()
    await expect(chat(page, "Alice")).to_contain_text("Send me a photo")
    await expect(tabs.get_by_label("1 new")).to_have_count(0)


@pytest.mark.parametrize("size", [PHONE, (1280, 800)])
async def test_everything_fits_the_window_and_has_a_name(
    playground: Playground, bot: PageBot, open_page: OpenPage, size: tuple[int, int]
) -> None:
    page = await open_page(playground.url, size)

    async def check() -> None:
        assert await page.evaluate(TOO_WIDE) == []
        assert await page.evaluate(UNUSABLE_CONTROLS) == []

    await check()
    column = chat(page)
    await expect(column).to_contain_text("I paint pictures.")
    await write(column, "W" * 300)
    await send_picture(column)
    bot.may_finish.set()
    await column.get_by_role("button", name="Paint").click()
    await column.get_by_text("Painted").wait_for()
    await column.get_by_role("button", name="Enlarge").click()
    await column.get_by_text("enlarged.png").wait_for()
    await check()
    await column.get_by_role("button", name="Compare").last.click()
    await expect(page.get_by_role("dialog", name="Picture")).to_have_attribute(
        "data-state", "ready"
    )
    await check()
    await page.keyboard.press("Escape")
    await page.get_by_role("button", name="RU", exact=True).click()
    await check()
