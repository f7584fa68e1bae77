"""Replies, forwards, links to the bot, groups, and a chat that is cleared."""

from __future__ import annotations

import pytest
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup
from playwright.async_api import Locator, Page, expect

from playground import Playground
from tests.playground.page.actions import chat, picture_file, send_picture, write
from tests.playground.page.bot import PageBot, client
from tests.playground.page.conftest import OpenPage

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def act(message: Locator, action: str) -> None:
    await message.hover()
    await message.get_by_role("button", name=action, exact=True).click()


async def test_a_message_is_answered_by_a_picture(page: Page, playground: Playground) -> None:
    column = chat(page)
    await write(column, "which light?")
    await act(column.locator(".message-own"), "Reply")
    bar = column.get_by_role("group", name="In reply to")
    await expect(bar).to_contain_text("which light?")
    await expect(column.get_by_role("textbox")).to_be_focused()
    await column.locator("input[data-kind=photo]").set_input_files([picture_file()])
    await column.get_by_role("button", name="Send", exact=True).click()
    await expect(column.locator(".message-own").last).to_contain_text("which light?")
    await expect(bar).to_be_hidden()
    person = playground.person_of(int(await column.get_attribute("data-chat-id") or 0))
    photo = next(message for message in person.messages if "photo" in message)
    assert photo["reply_to_message"]["text"] == "which light?"


async def test_one_picture_of_an_album_is_answered(page: Page, playground: Playground) -> None:
    column = chat(page)
    files = [picture_file("one.png"), picture_file("two.png")]
    await column.locator("input[data-kind=photo]").set_input_files(files)
    await column.get_by_role("button", name="Send", exact=True).click()
    await act(column.locator(".message-own"), "Reply")
    await column.get_by_role("button", name="Reply to number 2 of 2").click()
    await write(column, "this one")
    await expect(column.locator(".message-own").last).to_contain_text("this one")
    person = playground.person_of(int(await column.get_attribute("data-chat-id") or 0))
    photos = [message for message in person.messages if "photo" in message]
    reply = next(message for message in person.messages if message.get("text") == "this one")
    assert reply["reply_to_message"]["message_id"] == photos[1]["message_id"]


async def test_a_reply_is_given_up_by_escape(page: Page, playground: Playground) -> None:
    column = chat(page)
    await write(column, "one")
    await act(column.locator(".message-own"), "Reply")
    await column.get_by_role("textbox").press("Escape")
    await expect(column.get_by_role("group", name="In reply to")).to_be_hidden()
    await write(column, "two")
    await expect(column.locator(".message-own").last.locator(".quote")).to_have_count(0)


async def test_a_picture_is_forwarded_to_another_person(page: Page, playground: Playground) -> None:
    column = chat(page)
    await send_picture(column)
    playground.person("Boris", "ru")
    await act(column.locator(".message-own"), "Forward")
    await page.get_by_role("dialog").get_by_role("button", name="Boris").click()
    boris = chat(page, "Boris")
    await expect(boris.locator(".message-own")).to_contain_text("Forwarded from Alice")
    await expect(boris.locator(".message-own img")).to_be_visible()
    await expect(boris.get_by_role("button", name="Paint")).to_be_visible()


async def test_a_link_to_the_bot_starts_with_its_payload(
    playground: Playground, bot: PageBot, open_page: OpenPage
) -> None:
    page = await open_page(f"{playground.url}/?start=neon_sunset")
    assert page.url == f"{playground.url}/"
    column = chat(page)
    await column.get_by_role("button", name="Start").click()
    await expect(column.locator(".message-own")).to_contain_text("/start neon_sunset")
    await expect(column.get_by_role("button", name="Start", exact=True)).to_be_hidden()


async def test_links_in_a_chat_lead_to_its_start(page: Page, playground: Playground) -> None:
    column = chat(page)
    person = playground.person_of(int(await column.get_attribute("data-chat-id") or 0))
    await person.send_text("see https://t.me/playground_bot?start=upscale")
    await column.get_by_role("link", name="t.me/playground_bot").first.click()
    await column.get_by_role("button", name="Start", exact=True).click()
    await expect(column.locator(".message-own").last).to_contain_text("/start upscale")
    client_bot = client(playground)
    button = InlineKeyboardButton(text="Try", url="https://t.me/playground_bot?start=neon")
    keyboard = InlineKeyboardMarkup(inline_keyboard=[[button]])
    await client_bot.send_message(person.id, "Or this", reply_markup=keyboard)
    await client_bot.session.close()
    await column.get_by_role("link", name="Try").click()
    await column.get_by_role("button", name="Start", exact=True).click()
    await expect(column.locator(".message-own").last).to_contain_text("/start neon")


@pytest.mark.parametrize("payload", ["a b", "%3Cb%3E", "x" * 65, ""])
async def test_a_link_with_nonsense_is_no_link(
    playground: Playground, bot: PageBot, open_page: OpenPage, payload: str
) -> None:
    page = await open_page(f"{playground.url}/?start={payload}")
    await chat(page).get_by_role("button", name="Start").click()
    await expect(chat(page).locator(".message-own .words")).to_have_text("/start")


async def test_two_people_speak_in_a_group(page: Page) -> None:
    await page.get_by_role("button", name="Add a chat").click()
    await page.get_by_role("button", name="A group instead").click()
    dialog = page.get_by_role("dialog", name="New group")
    await expect(dialog.get_by_label("Alice")).to_be_checked()
    await expect(dialog.get_by_label("Ben")).to_be_checked()
    await dialog.get_by_role("button", name="Add", exact=True).click()
    group = chat(page, "Friends")
    await expect(group).to_contain_text("Alice created the group")
    await write(group, "/start")
    await expect(group).to_contain_text("your language is en")
    await group.get_by_role("button", name="Ben", exact=True).click()
    await write(group, "not for the bot")
    await expect(group.locator(".message-own")).to_contain_text("not for the bot")
    await expect(group.locator(".message-own")).to_have_count(1)
    await expect(group.locator(".message").filter(has_text="/start")).to_contain_text("Alice")
    await group.get_by_role("button", name="Alice", exact=True).click()
    await expect(group.locator(".message-own")).to_contain_text("/start")
    await expect(group.locator(".message").filter(has_text="not for the bot")).to_contain_text(
        "Ben"
    )


async def test_a_chat_is_cleared_after_a_question(page: Page) -> None:
    column = chat(page)
    await write(column, "hi")
    await column.locator(".message-bot").wait_for()
    await column.get_by_role("button", name="Clear the chat").click()
    question = page.get_by_role("alertdialog")
    await question.get_by_role("button", name="Cancel").click()
    await expect(column.locator(".message")).to_have_count(2)
    await column.get_by_role("button", name="Clear the chat").click()
    await question.get_by_role("button", name="Clear the chat").click()
    await expect(column.locator(".message")).to_have_count(0)
    await expect(column.get_by_role("button", name="Start")).to_be_visible()
    await expect(column.get_by_role("button", name="Clear the chat")).to_be_hidden()


async def test_an_upload_shows_how_far_it_is_and_can_be_stopped(page: Page) -> None:
    column = chat(page)
    session = await page.context.new_cdp_session(page)
    await session.send("Network.enable")
    slow = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 200_000}
    await session.send("Network.emulateNetworkConditions", slow)
    file = picture_file("large.png", bytes(2_000_000))
    await column.locator("input[data-kind=document]").set_input_files([file])
    await column.get_by_role("button", name="Send", exact=True).click()
    bar = column.get_by_role("progressbar", name="Uploading")
    await expect(bar).to_be_visible()
    await expect(column.locator(".transfer-percent")).not_to_have_text("0 %")
    await column.get_by_role("button", name="Stop uploading").click()
    await expect(bar).to_be_hidden()
    await expect(column.get_by_text("The files are still here")).to_be_visible()
    await expect(column.get_by_role("button", name="Remove large.png")).to_be_visible()
    await expect(column.locator(".message-own")).to_have_count(0)
