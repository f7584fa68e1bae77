"""Writing, buttons, commands, files: what happens in one chat."""

from __future__ import annotations

import pytest
from playwright.async_api import Locator, Page, expect

from playground import Playground
from tests.playground.page.actions import chat, picture_file, send_picture, write
from tests.playground.page.bot import PageBot

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


def last_answer(column: Locator) -> Locator:
    return column.locator(".message-bot").last


async def test_empty_chat_describes_the_bot_and_starts_it(page: Page) -> None:
    column = chat(page)
    await expect(column).to_contain_text("I paint pictures.")
    await column.get_by_role("button", name="Start").click()
    await expect(last_answer(column)).to_contain_text("Hello, your language is en.")
    await expect(last_answer(column).locator("strong")).to_have_text("Hello")
    await expect(column.get_by_role("button", name="Start", exact=True)).to_be_hidden()


async def test_text_is_shown_as_written_and_answered(page: Page) -> None:
    column = chat(page)
    await write(column, "<img src=x onerror=alert(1)>")
    own = column.locator(".message-own")
    await expect(own).to_contain_text("<img src=x onerror=alert(1)>")
    await expect(own.locator("img")).to_have_count(0)
    quote = last_answer(column).get_by_role("button", name="You")
    await expect(quote).to_contain_text("<img src=x")
    await quote.click()
    await expect(own).to_be_focused()


async def test_command_in_a_text_is_sent_by_a_tap(page: Page) -> None:
    column = chat(page)
    await write(column, "hi")
    await last_answer(column).get_by_role("button", name="/help").click()
    await expect(column.locator(".message-own").last).to_contain_text("/help")


async def test_commands_are_chosen_with_the_keyboard(page: Page) -> None:
    column = chat(page)
    box = column.get_by_role("textbox")
    await box.press_sequentially("/")
    commands = column.get_by_role("listbox", name="Commands of the bot")
    await expect(commands.get_by_role("option")).to_have_count(2)
    await box.press("ArrowDown")
    await expect(commands.get_by_role("option", name="What I can do")).to_have_attribute(
        "aria-selected", "true"
    )
    await box.press("Enter")
    await expect(column.locator(".message-own")).to_contain_text("/help")
    await expect(box).to_have_value("")
    await expect(commands).to_have_count(0)


async def test_pressed_button_waits_for_the_bot_and_the_status_follows(
    page: Page, bot: PageBot
) -> None:
    column = chat(page)
    await send_picture(column)
    bot.may_answer.clear()
    button = column.get_by_role("button", name="Paint")
    await button.click()
    await expect(button).to_have_attribute("aria-busy", "true")
    await expect(button).to_be_focused()
    bot.may_answer.set()
    await expect(column.get_by_role("status").filter(has_text="On its way")).to_be_visible()
    await expect(last_answer(column)).to_contain_text("Painting…")
    await expect(last_answer(column)).to_contain_text("edited")
    await expect(column.get_by_text("sending a photo…")).to_be_visible()
    bot.may_finish.set()
    await expect(column.get_by_text("Painted")).to_be_visible()
    await expect(column.get_by_text("sending a photo…")).to_be_hidden()
    await expect(column.get_by_role("button", name="Paint")).not_to_have_attribute(
        "aria-busy", "true"
    )


async def test_a_status_becomes_the_file_it_was_about(page: Page, bot: PageBot) -> None:
    column = chat(page)
    await send_picture(column)
    await column.get_by_role("button", name="Enlarge").click()
    status = column.locator(".message-bot").filter(has_text="Enlarging: 50 %")
    await status.wait_for()
    await expect(column.get_by_text("sending a file…")).to_be_visible()
    bot.may_finish.set()
    result = last_answer(column)
    await expect(result).to_contain_text("Larger")
    await expect(result.locator("img").first).to_be_visible()
    await expect(result).not_to_contain_text("Enlarging")
    await expect(column.get_by_text("sending a file…")).to_be_hidden()


async def test_alert_of_the_bot_is_a_dialog(page: Page) -> None:
    column = chat(page)
    await send_picture(column)
    await column.get_by_role("button", name="Warn").click()
    alert = page.get_by_role("alertdialog")
    await expect(alert).to_contain_text("Not so fast!")
    await page.keyboard.press("Enter")
    await expect(alert).to_have_count(0)
    await expect(column.get_by_role("button", name="Warn")).to_be_focused()


async def test_own_message_can_be_deleted(page: Page, playground: Playground) -> None:
    column = chat(page)
    await write(column, "hi")
    await last_answer(column).wait_for()
    own = column.locator(".message-own")
    await own.hover()
    await own.get_by_role("button", name="Delete this message").click()
    await expect(own).to_have_count(0)


async def test_file_keeps_its_bytes_and_a_caption(page: Page, playground: Playground) -> None:
    column = chat(page)
    await column.locator("input[data-kind=document]").set_input_files([picture_file("my.png")])
    await column.get_by_role("textbox", name="Add a caption").fill("as it is")
    await column.get_by_role("textbox").press("Enter")
    await expect(last_answer(column)).to_contain_text("Got a file")
    person = playground.person_of(int(await column.get_attribute("data-chat-id") or 0))
    assert await person.download(person.messages[0]) == picture_file()["buffer"]
    assert person.messages[0]["caption"] == "as it is"


async def test_waiting_file_changes_its_kind_or_is_removed(page: Page) -> None:
    column = chat(page)
    files = [picture_file("one.png"), picture_file("two.png")]
    await column.locator("input[data-kind=photo]").set_input_files(files)
    await column.get_by_role("button", name="Remove two.png").click()
    await column.get_by_label("How to send one.png").select_option("as file")
    await column.get_by_role("button", name="Send", exact=True).click()
    await expect(last_answer(column)).to_contain_text("Got a file")
    await expect(column.locator(".message-own")).to_have_count(1)


async def test_what_is_no_picture_is_refused_with_a_reason_and_kept(
    page: Page, problems: list[str]
) -> None:
    column = chat(page)
    broken = picture_file("broken.png", b"no picture at all")
    await column.locator("input[data-kind=photo]").set_input_files([broken])
    await column.get_by_role("button", name="Send", exact=True).click()
    await expect(column.locator(".toast-error")).to_be_visible()
    await expect(column.get_by_role("button", name="Remove broken.png")).to_be_visible()
    problems.clear()  # the browser notes the refusal (status 400) in its console


@pytest.mark.parametrize(("place", "kind"), [("photo", "photo"), ("file", "file")])
async def test_dropped_picture_is_sent_as_its_place_says(page: Page, place: str, kind: str) -> None:
    column = chat(page)
    transfer = await page.evaluate_handle(
        """async () => {
            const canvas = new OffscreenCanvas(40, 30);
            canvas.getContext("2d").fillRect(0, 0, 40, 30);
            const blob = await canvas.convertToBlob();
            const transfer = new DataTransfer();
            transfer.items.add(new File([blob], "dropped.png", { type: "image/png" }));
            return transfer;
        }"""
    )
    await column.dispatch_event("dragenter", {"dataTransfer": transfer})
    target = column.get_by_text(f"Drop to send as {place}")
    await expect(target).to_be_visible()
    await target.dispatch_event("drop", {"dataTransfer": transfer})
    await expect(target).to_be_hidden()
    await column.get_by_role("button", name="Send", exact=True).click()
    await expect(last_answer(column)).to_contain_text(f"Got a {kind}")


async def test_pasted_picture_waits_in_the_chat_used_last(page: Page) -> None:
    column = chat(page)
    await page.evaluate(
        """async () => {
            const canvas = new OffscreenCanvas(40, 30);
            canvas.getContext("2d").fillRect(0, 0, 40, 30);
            const clipboardData = new DataTransfer();
            const blob = await canvas.convertToBlob();
            clipboardData.items.add(new File([blob], "pasted.png", { type: "image/png" }));
            const paste = new ClipboardEvent("paste", { clipboardData, bubbles: true });
            document.body.dispatchEvent(paste);
        }"""
    )
    await expect(column.get_by_role("button", name="Remove pasted.png")).to_be_visible()
    await column.get_by_role("textbox").press("Enter")
    await expect(last_answer(column)).to_contain_text("Got a photo")


async def test_other_kinds_can_be_sent_to_see_what_the_bot_says(page: Page) -> None:
    column = chat(page)
    for kind in ("A sticker", "A voice message", "A video"):
        answers = await column.locator(".message-bot").count()
        await column.get_by_role("button", name="Attach").click()
        await column.get_by_role("menuitem", name=kind).click()
        await expect(column.locator(".message-bot")).to_have_count(answers + 1)
    await expect(column.locator(".message-own").first).to_contain_text("Sticker")
