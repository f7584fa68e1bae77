"""An engine that plans as the real one does, on a machine as fast as a test wants."""

from collections.abc import Iterable, Iterator

from PIL import Image

from handler.jobs.model_thread import OnProgress
from model_layer.effects import Effect, Neon, Size
from model_layer.planning import planner
from model_layer.planning.layout import Whole
from model_layer.planning.planner import Budget, Candidate, Choice, Speed
from model_layer.store.manifest import Inputs, Model
from tests.handler.jobs.workbench import SimpleEngine

OPERATIONS = {"better": 10_000, "lighter": 1_000}
"""Per pixel, of the two models that every effect has."""


def model_of(effect: Effect, name: str) -> Model:
    return Model(
        name=name,
        effect="neon" if isinstance(effect, Neon) else "upscale",
        scale=1 if isinstance(effect, Neon) else effect.scale,
        file=f"{name}.safetensors",
        sha256=("b" if name == "better" else "c") * 64,
        bytes=1,
        architecture="test",
        parameters={},
        weights=1,
        operations_per_pixel=OPERATIONS[name] * effect.output_size((1, 1))[0] ** 2,
        card=f"{name}.md",
        licence="MIT",
    )


class PlannedEngine(SimpleEngine):
    """Plans with a given speed; what it does then takes no time at all."""

    def __init__(self, operations_per_second: float) -> None:
        super().__init__()
        self.speed = Speed(operations_per_second)
        self.models: list[str] = []

    def choose(
        self,
        effect: Effect,
        size: Size,
        budget: Budget,
        others: Iterable[Effect],
        inputs: Inputs,  # one set of models for all
    ) -> Choice:
        return planner.choose(effect, size, budget, self._candidates, others)

    def apply(
        self,
        effect: Effect,
        image: Image.Image,
        on_progress: OnProgress | None = None,
        model: Model | None = None,
    ) -> Image.Image:
        assert model is not None
        self.models.append(model.name)
        return super().apply(effect, image, on_progress)

    def _candidates(self, effect: Effect) -> Iterator[Candidate]:
        for name in ("better", "lighter"):
            yield Candidate(model_of(effect, name), Whole(), self.speed)
