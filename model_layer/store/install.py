"""Putting checked weights into a folder: safetensors, manifest entry and card."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from torch import Tensor

from model_layer.effects import Look
from model_layer.networks.registry import Parameters
from model_layer.store import packaging
from model_layer.store.manifest import MANIFEST, Inputs, Model
from model_layer.store.store import ModelStore


@dataclass(frozen=True)
class InstallTarget:
    """Where weights go.

    Nothing that is there is lost unless it is asked for: a name that is taken is refused, and the
    default of an effect stays the default.
    """

    folder: Path
    half: bool = False
    """Store in half precision."""
    default: bool = False
    """Make it the default for its effect and scale."""
    replace: bool = False
    """Put it in the place of a model of the same name."""

    def check_free(self, names: Sequence[str]) -> None:
        """Make sure that models can be called so.

        Raises:
            ValueError: a name is taken, and replacing is not asked for.
            ModelStoreError: the folder's manifest is malformed.
        """
        if self.replace or not (self.folder / MANIFEST).exists():
            return
        taken = {model.name for model in ModelStore.from_folder(self.folder).manifest.models}
        for name in names:
            if name in taken:
                raise ValueError(
                    f"{self.folder} has a model {name} already; --replace puts this in its place"
                )

    def install(
        self,
        name: str,
        weights: Mapping[str, Tensor],
        card: str,
        *,
        effect: str,
        architecture: str,
        parameters: Parameters,
        licence: str,
        inputs: Inputs = "clean",
        look: Look = Look.FAITHFUL,
        scale: int = 1,
        keep_card: bool = False,
    ) -> Model:
        """Write weights, entry and card (Markdown); with ``keep_card``, one that is there stays.

        See :func:`packaging.add` for the other arguments and the errors.
        """
        model = packaging.add(
            self.folder,
            name,
            weights,
            effect=effect,
            architecture=architecture,
            parameters=parameters,
            licence=licence,
            inputs=inputs,
            look=look,
            scale=scale,
            half=self.half,
            first=self.default,
        )
        path = self.folder / model.card
        if not (keep_card and path.exists()):
            path.write_text(card, encoding="utf-8")
        return model

    def default_for(self, model: Model) -> str:
        """Name the model that is the default for an effect and scale."""
        models = ModelStore.from_folder(self.folder).manifest.models
        return next(m.name for m in models if (m.effect, m.scale) == (model.effect, model.scale))
