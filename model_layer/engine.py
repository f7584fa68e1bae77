"""The engine: an effect and a picture in, the result out."""

import threading
from collections.abc import Callable

import torch
from PIL import Image

from model_layer import neon, upscale
from model_layer.effects import Effect, Neon
from model_layer.networks.registry import Network
from model_layer.store import ModelStore


class Engine:
    """Applies effects with the networks of a store. One call at a time: the networks own the cores.

    Args:
        store: where the networks come from; each is loaded when first needed and kept.
        device: torch device; by default a GPU when there is one, else the CPU.
    """

    def __init__(self, store: ModelStore, device: str | None = None) -> None:
        self.store = store
        self.device = torch.device(device or ("cuda" if torch.cuda.is_available() else "cpu"))
        self._lock = threading.Lock()

    def apply(
        self,
        effect: Effect,
        image: Image.Image,
        on_progress: Callable[[float], None] | None = None,
    ) -> Image.Image:
        """Apply an effect. Same picture and same weights give the same result, bit for bit.

        Args:
            effect: what to do.
            image: upright sRGB; mode L, LA, RGB or RGBA.
            on_progress: called in this thread with a growing share of the work done, 0 to 1;
                what it raises aborts the work and is raised here.

        Returns:
            The picture, ``effect.output_size(image.size)`` large; alpha is kept.

        Raises:
            ModelStoreError: the model cannot be loaded.
        """
        report = on_progress or (lambda _: None)
        with self._lock:
            report(0.0)
            network = self._network(effect)
            if isinstance(effect, Neon):
                return neon.apply(network, image, effect.strength, report)
            return upscale.apply(network, image, report)

    def _network(self, effect: Effect) -> Network:
        network = self.store.load(effect)
        # Does nothing from the second time on.
        network.module.to(self.device, memory_format=torch.channels_last)  # type: ignore[call-overload]
        return network
