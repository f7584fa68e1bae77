"""An engine for trying the bot out: plans as the real one does, and works without networks."""

import base64
import threading
import weakref
from collections.abc import Iterable, Iterator, Sequence

from PIL import Image, ImageOps

from handler.jobs.engine import OnProgress
from model_layer import Effect, Inputs, Model, ModelStore, Size
from model_layer.effects import Neon, Strength
from model_layer.planning import planner
from model_layer.planning.layout import Whole
from model_layer.planning.planner import Budget, Candidate, Choice, Speed

OPERATIONS = {"better": 10_000, "lighter": 1_000}
"""Per pixel, of the two models that every effect has."""
DIGESTS = {"better": "0" * 64, "lighter": "c" * 64}


def model_of(effect: Effect, name: str = "better") -> Model:
    """Describe a model of an effect: the better one, or the lighter."""
    return Model(
        name=name,
        effect=effect.family,
        scale=effect.scale,
        file=f"{name}.safetensors",
        sha256=DIGESTS[name],
        bytes=1,
        architecture="test",
        parameters={},
        weights=1,
        operations_per_pixel=OPERATIONS[name] * effect.output_size((1, 1))[0] ** 2,
        card=f"{name}.md",
        licence="MIT",
    )


class FakeEngine:
    """Inverts what keeps its size, enlarges the rest; takes no time, whatever it predicts.

    Args:
        store: has the models; by default every effect has those of :data:`OPERATIONS`.
        operations_per_second: how fast it says it is.

    Attributes:
        gate: work waits at a quarter until it is set (it is, unless a test clears it).
        failure: raised by work that has begun.
        applied: the codes of the effects that were begun, in order.
        models: the names of the models they were done with.
    """

    def __init__(
        self, store: ModelStore | None = None, operations_per_second: float = 1e15
    ) -> None:
        self.gate = threading.Event()
        self.gate.set()
        self.begun = threading.Event()
        self.ended = threading.Event()
        self.failure: Exception | None = None
        self.applied: list[str] = []
        self.models: list[str] = []
        self.threads: set[int] = set()
        self.pictures: list[weakref.ref[Image.Image]] = []
        self.most_at_once = 0
        self._at_once = 0
        self._store = store
        self._speed = Speed(operations_per_second)

    def refresh(self, effect: Effect, wanted: str, inputs: Inputs) -> None:
        """Look for newer weights, where there is a store."""
        if self._store:
            self._store.refresh(effect, wanted, inputs)

    def choose(
        self,
        effect: Effect,
        size: Size,
        budget: Budget,
        others: Iterable[Effect],
        inputs: Inputs,
    ) -> Choice:
        """Choose a model, as the planner does."""

        def candidates(effect: Effect) -> Iterator[Candidate]:
            for model in self._models(effect, inputs):
                yield Candidate(model, Whole(), self._speed)

        return planner.choose(effect, size, budget, candidates, others)

    def resolve(self, effect: Effect, reference: Image.Image) -> Effect:
        """Return neon in a light that is the picture's own: a code of its colours."""
        small = reference.convert("RGB").resize((2, 3)).tobytes()
        code = base64.urlsafe_b64encode(small + bytes(5)).decode()[:30]
        return Neon(Strength(str(effect.parameters["strength"])), code)

    def apply(
        self, effect: Effect, image: Image.Image, on_progress: OnProgress, model: Model
    ) -> Image.Image:
        """Invert or enlarge the picture."""
        self.applied.append(effect.code)
        self.models.append(model.name)
        self.threads.add(threading.get_ident())
        self.pictures.append(weakref.ref(image))
        self._at_once += 1
        self.most_at_once = max(self.most_at_once, self._at_once)
        self.begun.set()
        try:
            while not self.gate.wait(0.005):
                on_progress(0.25)
            if self.failure:
                raise self.failure
            on_progress(1.0)
            size = effect.output_size(image.size)
            if size == image.size:
                return ImageOps.invert(image.convert("RGB"))
            return image.resize(size)
        finally:
            self._at_once -= 1
            self.ended.set()

    def _models(self, effect: Effect, inputs: Inputs) -> Sequence[Model]:
        if self._store:
            return self._store.models(effect, inputs)
        return [model_of(effect, name) for name in OPERATIONS]
