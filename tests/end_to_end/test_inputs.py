"""Photos and files go through the models that were trained for them."""

from pathlib import Path

import pytest

from handler.settings import Settings
from model_layer.effects import Upscale
from model_layer.engine import Engine
from model_layer.networks.registry import build
from model_layer.store import packaging
from model_layer.store.manifest import Inputs
from model_layer.store.store import ModelStore
from playground import Person
from playground.events import Json
from playground.local_bot import local_bot
from tests.handler.running_bot import has_buttons, jpeg, opened, png

SIZE = (60, 40)


@pytest.fixture
def weights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two models for ×2: one for files, one for what Telegram has recompressed."""
    parameters = {"scale": 2, "n_resblocks": 1, "n_feats": 8}
    kinds: tuple[Inputs, ...] = ("clean", "compressed")
    for inputs in kinds:
        packaging.add(
            tmp_path / "weights", f"{inputs}-x2", build("edsr", parameters).module.state_dict(),
            effect="upscale", architecture="edsr", parameters=parameters, licence="MIT",
            inputs=inputs, scale=2,
        )  # fmt: skip
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("WEIGHTS", str(tmp_path / "weights"))
    return tmp_path / "weights"


async def doubled(person: Person) -> Json:
    """Press ×2 under the picture that was just sent; return the message with the result."""
    buttons = await person.wait_for(has_buttons)
    await person.press("upscale:2", buttons)
    return await person.wait_for(lambda m: "document" in m and "reply_to_message" in m, timeout=30)


@pytest.mark.parametrize(("kind", "model"), [("photo", "compressed-x2"), ("file", "clean-x2")])
async def test_the_way_a_picture_came_chooses_the_model(
    weights: Path, kind: str, model: str
) -> None:
    async with local_bot() as bot:
        person = bot.telegram.person("Ada", "en")
        if kind == "photo":
            await person.send_photo(jpeg(SIZE))
        else:
            await person.send_document(png(SIZE), "picture.png")
        message = await doubled(person)
        sent = await person.download(message["reply_to_message"])
        result = opened(await person.download(message)).convert("RGB")
    store = ModelStore.open(weights)
    (chosen,) = (m for m in store.manifest.models if m.name == model)
    expected = Engine(store, "cpu").apply(Upscale(2), opened(sent).convert("RGB"), model=chosen)
    assert result.tobytes() == expected.tobytes()
