"""A third family of effects runs from its button to the picture without a change to callers."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import ClientSession
from PIL import ImageOps

from handler.endpoints import HEALTH_PATH
from handler.settings import LOCALES, Settings
from handler.texts import texts
from model_layer import effects
from model_layer.store import packaging
from model_layer.store.store import ModelStore
from playground.local_bot import LocalBot, local_bot
from tests.end_to_end.mirror import TEXTS, Axis, Mirror
from tests.handler.running_bot import buttons, has_buttons, jpeg, opened
from tests.model_layer.conftest import random_weights

DOWN_WITH_BORDER = "mirror:down:2"


@pytest.fixture
def weights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The family is registered, and has texts and a model."""
    monkeypatch.setitem(effects.FAMILIES, "mirror", Mirror)
    locales = Path(shutil.copytree(LOCALES, tmp_path / "locales"))
    for language in locales.iterdir():
        language.write_text(language.read_text() + TEXTS)
    monkeypatch.setattr(texts, "LOCALES", locales)
    folder, parameters = tmp_path / "weights", {"features": 4}
    packaging.add(
        folder, "looking-glass", random_weights("pix2pix", parameters), effect="mirror",
        architecture="pix2pix", parameters=parameters, licence="MIT",
    )  # fmt: skip
    return folder


@pytest.fixture
async def bot(
    weights: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[LocalBot]:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("WEIGHTS", str(weights))
    async with local_bot() as bot:
        yield bot


@pytest.mark.usefixtures("weights")
@pytest.mark.parametrize("effect", Mirror.offered())
def test_codes_carry_every_parameter(effect: Mirror) -> None:
    assert effects.parse_effect(effect.code) == effect


@pytest.mark.usefixtures("weights")
@pytest.mark.parametrize("code", ["mirror", "mirror:down:0", "mirror:up", "mirror:down:2:3"])
def test_an_effect_has_one_code(code: str) -> None:
    with pytest.raises(effects.UnknownEffectError):
        effects.parse_effect(code)


def test_the_store_has_its_model(weights: Path) -> None:
    store = ModelStore.from_folder(weights)
    assert store.model(Mirror(Axis.DOWN)).purpose == "mirror"
    assert store.load(Mirror()).scale == 1


async def test_from_the_button_to_the_picture(bot: LocalBot) -> None:
    alice = bot.telegram.person("Alice", "en")
    photo = await alice.send_photo(jpeg((120, 90)))
    offer = await alice.wait_for(has_buttons)
    assert buttons(offer)[-1] == ["mirror:across", "mirror:down", DOWN_WITH_BORDER]
    assert offer["text"].endswith("🪞 Mirror: which way?")
    assert offer["reply_markup"]["inline_keyboard"][-1][-1]["text"] == "🪞 down 2"
    assert await alice.press(DOWN_WITH_BORDER, offer) == "🪞 Turning round…"
    result = await alice.wait_for(lambda message: "document" in message, timeout=30)
    assert result["caption"] == "🪞 Turned down, 2 pixels of border."
    assert result["document"]["file_name"] == "photo-mirror-down-2.png"
    sent = opened(await alice.download(photo)).convert("RGB")
    expected = ImageOps.expand(ImageOps.crop(ImageOps.flip(sent), 2), 2)
    assert opened(await alice.download(result)).tobytes() == expected.tobytes()
    assert any(
        event.kind == "action" and "upload_document" in str(event.payload)
        for event in alice.history
    )
    await alice.wait_until(lambda: "Turning" not in str([m.get("text") for m in alice.messages]))
    remembered = "I remember this one! Straight from the vault ⚡"
    async with asyncio.timeout(10):  # the result shows a moment before its job is complete
        while await alice.press(DOWN_WITH_BORDER, offer) != remembered:  # noqa: ASYNC110  # the store tells nobody
            await asyncio.sleep(0.01)
    assert buttons(result) == [["mirror:down:3", f"{DOWN_WITH_BORDER}~jpeg"]]
    assert await alice.press("mirror:down:3", result) == "🪞 Turning round…"
    await alice.wait_for(
        lambda message: message.get("caption") == "🪞 Turned down, 3 pixels of border.", timeout=30
    )


async def test_its_model_counts_for_health(bot: LocalBot, weights: Path) -> None:
    url = bot.webhook_url.replace("/telegram/webhook", HEALTH_PATH)
    async with ClientSession() as session, session.get(url) as response:
        models = (await response.json())["models"]
    assert models[DOWN_WITH_BORDER] == ModelStore.from_folder(weights).model(Mirror()).sha256
