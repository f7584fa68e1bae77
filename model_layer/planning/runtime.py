"""What runs the networks of a family of effects. Light, but for the runtimes themselves."""

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, Any, Protocol, cast

from PIL import Image

from model_layer.effects import FAMILIES, Effect
from model_layer.planning.layout import Layout
from model_layer.planning.planner import Speed

if TYPE_CHECKING:
    from model_layer.networks.network import Network


class Runtime(Protocol):
    """The functions of a module that :attr:`Effect.runtime` names; it may import torch."""

    def apply(
        self,
        network: "Network",
        image: Image.Image,
        effect: Any,
        on_progress: Callable[[float], None],
    ) -> Image.Image:
        """Apply an effect of the family, see :meth:`model_layer.engine.Engine.apply`."""
        ...

    def measure(self, network: "Network", operations_per_pixel: int) -> Speed:
        """Measure how fast this machine is with a network, in a fraction of a second."""
        ...

    def layout(self, network: "Network") -> Layout:
        """Return in what parts a network is shown a picture."""
        ...

    def values(self, network: "Network", channels: int) -> float:
        """Return how many numbers a network keeps for a pixel it is shown, at most.

        Args:
            network: that is run.
            channels: its width.
        """
        ...

    def resolve(self, effect: Any, reference: Image.Image) -> Effect:
        """Return what an effect that needs a second picture becomes with it.

        Args:
            effect: of the family.
            reference: the second picture.
        """
        ...


class Combiner(Protocol):
    """The function of a module that :attr:`Effect.runtime` names, where no model is used."""

    def combine(self, reference: Image.Image, image: Image.Image) -> Image.Image:
        """Make one picture of two."""
        ...


def combiner_of(family: str) -> Combiner:
    """Import what makes a family's pictures without a model."""
    return cast(Combiner, import_module(FAMILIES[family].runtime))


def runtime_of(family: str) -> Runtime:
    """Import what runs a family's networks.

    Args:
        family: its name, one of :data:`model_layer.effects.FAMILIES`.
    """
    return cast(Runtime, import_module(FAMILIES[family].runtime))
