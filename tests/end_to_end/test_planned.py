"""The local bot with real networks, on a machine as fast as a test says it is."""

import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import pytest
from PIL import Image

from handler.settings import Settings
from model_layer.effects import Effect, Upscale
from model_layer.engine import Engine
from model_layer.networks.registry import build
from model_layer.planning.planner import Speed
from model_layer.planning.speed_estimator import SpeedEstimator
from model_layer.store import packaging
from model_layer.store.manifest import Model
from model_layer.store.store import ModelStore
from playground import Person
from playground.events import Json
from playground.local_bot import local_bot
from tests.handler.running_bot import has_buttons, jpeg, opened

SIZE = (120, 90)
BLOCKS = {"edsr-small": 1, "edsr-base": 4}
Run = Callable[[float], AbstractAsyncContextManager[Person]]


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two models for every scale."""
    folder = tmp_path_factory.mktemp("weights")
    for scale in (2, 3, 4):
        for name, blocks in BLOCKS.items():
            parameters = {"scale": scale, "n_resblocks": blocks, "n_feats": 8}
            packaging.add(
                folder,
                f"{name}-x{scale}",
                build("edsr", parameters).module.state_dict(),
                effect="upscale",
                architecture="edsr",
                parameters=parameters,
                licence="MIT",
                scale=scale,
            )
    return folder


class HeldEngine(Engine):
    """Begins when it may."""

    def __init__(
        self, store: ModelStore, device: str, speed_estimator: SpeedEstimator, gate: threading.Event
    ) -> None:
        super().__init__(store, device, speed_estimator)
        self._gate = gate

    def apply(
        self,
        effect: Effect,
        image: Image.Image,
        on_progress: Callable[[float], None] | None = None,
        model: Model | None = None,
    ) -> Image.Image:
        assert self._gate.wait(30)
        return super().apply(effect, image, on_progress, model)


@pytest.fixture
def gate() -> Iterator[threading.Event]:
    """Work begins when it is set: it is, unless a test clears it."""
    gate = threading.Event()
    gate.set()
    yield gate
    gate.set()


@pytest.fixture
def run(
    weights: Path, gate: threading.Event, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Run:
    """Run the bot, and a person in it, on a machine of so many operations a second."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("WEIGHTS", str(weights))
    monkeypatch.setenv("JOB_SECONDS", "100")
    monkeypatch.setenv("PATIENCE_SECONDS", "100")

    @asynccontextmanager
    async def running(operations_per_second: float) -> AsyncIterator[Person]:
        def engine() -> Engine:
            speed = Speed(operations_per_second)
            return HeldEngine(
                ModelStore.open(weights), "cpu", SpeedEstimator(lambda *_: speed), gate
            )

        async with local_bot(engine_factory=engine) as bot:
            yield bot.telegram.person("Ada", "en")

    return running


@pytest.fixture
def operations(weights: Path) -> Callable[[str, int], float]:
    """Return what a model computes for the photo."""
    store = ModelStore.open(weights)

    def of(name: str, scale: int) -> float:
        (model,) = (m for m in store.models(Upscale(scale)) if m.name == f"{name}-x{scale}")
        return SIZE[0] * SIZE[1] * model.operations_per_pixel

    return of


async def press(person: Person, effect: str) -> None:
    await person.send_photo(jpeg(SIZE))
    await person.press(effect, await person.wait_for(has_buttons))


async def test_a_slow_machine_makes_the_photo_smaller_first_and_says_so(
    run: Run, operations: Callable[[str, int], float]
) -> None:
    # So slow that ×2 takes 60 of the 100 seconds with the lighter model.
    async with run(operations("edsr-small", 2) / 60) as person:
        await press(person, "upscale:4")
        message = await person.wait_for(lambda m: "document" in m, timeout=30)
        result = opened(await person.download(message))
        assert max(SIZE) < max(result.size) < 4 * max(SIZE)
        assert f"from {max(result.size) // 4} px" in message["caption"]


async def test_a_machine_of_middling_speed_uses_the_lighter_model(
    run: Run, operations: Callable[[str, int], float], weights: Path
) -> None:
    speed = operations("edsr-base", 2) / 90  # with the margin too long
    async with run(speed) as person:
        await press(person, "upscale:2")
        message = await person.wait_for(lambda m: "document" in m, timeout=30)
        assert await _made_by("edsr-small-x2", person, message, weights)


async def test_a_fast_machine_uses_the_better_model_and_tells_how_long(
    run: Run, operations: Callable[[str, int], float], weights: Path, gate: threading.Event
) -> None:
    speed = operations("edsr-base", 2) / 40
    gate.clear()
    async with run(speed) as person:
        await press(person, "upscale:2")
        await person.wait_for(lambda m: "⏱ Ready in about 40 seconds" in m.get("text", ""))
        gate.set()
        message = await person.wait_for(lambda m: "document" in m, timeout=30)
        assert await _made_by("edsr-base-x2", person, message, weights)


async def _made_by(name: str, person: Person, message: Json, weights: Path) -> bool:
    """Say whether a result is, bit for bit, what a model makes of the photo."""
    store = ModelStore.open(weights)
    (model,) = (m for m in store.models(Upscale(2)) if m.name == name)
    photo = await person.download(message["reply_to_message"])
    expected = Engine(store, "cpu").apply(Upscale(2), opened(photo).convert("RGB"), model=model)
    return opened(await person.download(message)).tobytes() == expected.tobytes()
