"""What a person does on the page, in the words of the page."""

from playwright.async_api import FilePayload, Locator, Page

from tests.playground.page.pictures import ORANGE, plain_picture


def picture_file(name: str = "street.png", data: bytes | None = None) -> FilePayload:
    """Return a file as a person picks it: an orange picture unless `data` says otherwise."""
    return {"name": name, "mimeType": "image/png", "buffer": data or plain_picture(ORANGE)}


def chat(page: Page, name: str = "Alice") -> Locator:
    return page.get_by_role("region", name=name)


async def write(column: Locator, text: str) -> None:
    await column.get_by_role("textbox").fill(text)
    await column.get_by_role("textbox").press("Enter")


async def send_picture(column: Locator, kind: str = "photo") -> None:
    """Pick a picture from the attach menu and send it."""
    await column.get_by_role("button", name="Attach").click()
    async with column.page.expect_file_chooser() as chooser:
        await column.get_by_role("menuitem", name="Photo" if kind == "photo" else "File").click()
    await (await chooser.value).set_files([picture_file()])
    await column.get_by_role("button", name="Send", exact=True).click()
    await column.get_by_role("button", name="Paint").wait_for()
