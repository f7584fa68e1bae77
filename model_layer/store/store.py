"""Models by effect: found in a manifest, fetched, verified, loaded.

Light: torch is imported when the first model is loaded, boto3 when the first file is asked of a
bucket.
"""

import logging
import tempfile
import threading
import time
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pydantic import ValidationError

from model_layer.effects import Effect
from model_layer.store.bucket import SCHEME
from model_layer.store.manifest import MANIFEST, Inputs, Manifest, Model
from model_layer.store.s3 import S3Source
from model_layer.store.sources import FolderSource, Source

if TYPE_CHECKING:
    from model_layer.networks.registry import Network

MANIFEST_SECONDS: Final = 300.0
"""How long :meth:`ModelStore.model` believes a manifest; then it is read again."""

logger = logging.getLogger(__name__)


class ModelStoreError(Exception):
    """A model cannot be had; the text is one line and names the model and the file."""


class ModelStore:
    """Finds, verifies and loads models; each is loaded once per process, when first needed.

    Methods may be called from several threads.

    Args:
        source: where the files come from.
        preferred: names of models that are taken before all others that fit.
        clock: Unix time in seconds, for tests; others may stand still while a process is frozen.
    """

    def __init__(
        self,
        source: Source,
        preferred: Collection[str] = (),
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.source = source
        self._preferred = frozenset(preferred)
        self._clock = clock
        self._lock = threading.Lock()
        self._manifest: Manifest | None = None
        self._read_at = 0.0
        self._loaded: dict[tuple[str, str], Network] = {}
        """By name and digest: new weights may come under an old name."""

    @classmethod
    def open(
        cls,
        place: str | Path,
        cache: Path | None = None,
        manifest: Path | None = None,
        preferred: Collection[str] = (),
    ) -> "ModelStore":
        """Open a folder or a bucket; nothing is read yet.

        Args:
            place: a folder with a manifest.json, or ``s3://bucket/prefix``.
            cache: folder for what is fetched from a bucket; by default one among the system's
                temporary files.
            manifest: that counts instead of the bucket's, see :class:`S3Source`.
            preferred: names of models that are taken before all others that fit.

        Raises:
            ValueError: the URL names no bucket.
        """
        if str(place).startswith(SCHEME):
            cache = cache or Path(tempfile.gettempdir()) / "neon-bot-models"
            return cls(S3Source(str(place), cache, manifest=manifest), preferred)
        return cls(FolderSource(Path(place)), preferred)

    @classmethod
    def from_folder(cls, folder: Path) -> "ModelStore":
        """Open a folder with a manifest.json; nothing is read yet."""
        return cls(FolderSource(folder))

    @property
    def manifest(self) -> Manifest:
        """The manifest: read when first needed, and again by :meth:`refresh` and :meth:`model`.

        Raises:
            ModelStoreError: missing or malformed.
        """
        return self._manifest or self._read_manifest()

    def model(self, effect: Effect, inputs: Inputs = "clean") -> Model:
        """Return the manifest's entry for an effect; the first that fits is the default.

        In a folder its file is looked for, though not read. A bucket's manifest is believed: the
        files are published before it. Either manifest is read again after
        :data:`MANIFEST_SECONDS`.

        Args:
            effect: what is to be done.
            inputs: what the picture is like; where no model is for that, any will do.

        Raises:
            ModelStoreError: there is no such model, or no such file.
        """
        if self._manifest and self._clock() - self._read_at > MANIFEST_SECONDS:
            self._read_again()
        model = self._first_for(effect, inputs)
        if model is None:
            raise ModelStoreError(f"{self.source}/{MANIFEST} names no model for {effect.code}")
        if isinstance(self.source, FolderSource) and not self.source.has(model.file):
            raise self._error(model, "no such file")
        return model

    def models(self, effect: Effect, inputs: Inputs = "clean") -> tuple[Model, ...]:
        """Return the entries for an effect, best first. There may be none.

        The effect tells whether what computes more is taken for better, or the manifest's order
        counts. A model for other inputs is worse than any for these, and there only if it is
        lighter.

        Args:
            effect: what is to be done.
            inputs: what the picture is like.

        Raises:
            ModelStoreError: the manifest is missing or malformed.
        """
        every = self._fitting(effect)
        if effect.larger_is_better:
            every.sort(key=lambda model: -model.operations_per_pixel)
        fitting = [model for model in every if model.inputs == inputs]
        lightest = min((model.operations_per_pixel for model in fitting), default=float("inf"))
        others = (model for model in every if model.inputs != inputs)
        return (*fitting, *(model for model in others if model.operations_per_pixel < lightest))

    def prefers(self, effect: Effect, inputs: Inputs = "clean") -> bool:
        """Say whether an effect is done as it prefers to be, and not only by any model.

        Args:
            effect: what is to be done.
            inputs: what the picture is like; counts for effects that prefer something.

        Raises:
            ModelStoreError: the manifest is missing or malformed.
        """
        preferences = effect.model_preferences
        wanted = effect.model_fields | preferences | ({"inputs": inputs} if preferences else {})
        return any(_has(model, wanted) for model in self.manifest.models)

    def refresh(self, effect: Effect, wanted: str, inputs: Inputs = "clean") -> None:
        """Look for newer weights, unless an effect runs with those that are wanted.

        Where the manifest names others, it may be an old one, and is read again; what it no longer
        names is no longer kept in memory. A manifest that cannot be read changes nothing.

        Args:
            effect: what is to be done next.
            wanted: SHA-256 (hex) of weights.
            inputs: what the picture is like.

        Raises:
            ModelStoreError: there was no manifest yet, and it cannot be read.
        """
        model = self._first_for(effect, inputs)
        if model is None or model.sha256 != wanted:
            self._read_again()

    def content(self, model: Model) -> bytes:
        """Return a model's file, verified.

        Raises:
            ModelStoreError: unreadable file or wrong checksum.
        """
        try:
            return self.source.fetch(model)
        except OSError as error:
            raise self._error(model, str(error.strerror or error)) from error

    def load(self, effect: Effect, model: Model | None = None) -> "Network":
        """Return the network for an effect, in evaluation mode, float32, on the CPU.

        Args:
            effect: what it is for.
            model: one of :meth:`models`; by default :meth:`model`'s.

        Raises:
            ModelStoreError: no such model, unreadable file, wrong checksum, or weights that do
                not fit the architecture.
        """
        model = model or self.model(effect)
        with self._lock:
            if _key(model) not in self._loaded:
                self._loaded[_key(model)] = self._load(model)
            return self._loaded[_key(model)]

    def _read_manifest(self) -> Manifest:
        try:
            manifest = Manifest.model_validate_json(self.source.read(MANIFEST))
        except OSError as error:
            reason = error.strerror or error
            raise ModelStoreError(f"{self.source}/{MANIFEST}: {reason}") from error
        except ValidationError as error:
            first = error.errors()[0]
            place = ".".join(map(str, first["loc"]))
            raise ModelStoreError(
                f"{self.source}/{MANIFEST} is malformed: {place}: {first['msg']}"
            ) from error
        self._manifest, self._read_at = manifest, self._clock()
        return manifest

    def _read_again(self) -> None:
        """Take a new manifest over, and forget the networks that it does not name."""
        try:
            named = {_key(model) for model in self._read_manifest().models}
        except ModelStoreError as error:
            logger.warning("the models stay as they were: %s", error)
            self._read_at = self._clock()  # or every press would try again
            return
        with self._lock:
            self._loaded = {key: value for key, value in self._loaded.items() if key in named}

    def _load(self, model: Model) -> "Network":
        from safetensors import SafetensorError  # noqa: PLC0415
        from safetensors.torch import load  # noqa: PLC0415

        from model_layer.networks.registry import build, load_strictly  # noqa: PLC0415

        data = self.content(model)  # the bytes that were verified are the bytes that are loaded
        try:
            network = build(model.architecture, model.parameters)
            load_strictly(network.module, load(data))
        except (SafetensorError, ValueError) as error:
            raise self._error(model, str(error)) from error
        network.module.eval().requires_grad_(False)
        return network

    def _error(self, model: Model, reason: str) -> ModelStoreError:
        return ModelStoreError(f"model {model.name}: {self.source}/{model.file}: {reason}")

    def _first_for(self, effect: Effect, inputs: Inputs) -> Model | None:
        fitting = self._fitting(effect)
        alike = (model for model in fitting if model.inputs == inputs)
        return next(alike, fitting[0] if fitting else None)

    def _fitting(self, effect: Effect) -> list[Model]:
        """Return the models for an effect; where some are preferred, by name or by the effect,
        only those.
        """  # noqa: D205
        found = [model for model in self.manifest.models if _has(model, effect.model_fields)]
        if named := [model for model in found if model.name in self._preferred]:
            return named
        return [model for model in found if _has(model, effect.model_preferences)] or found


def _has(model: Model, values: Mapping[str, object]) -> bool:
    return all(getattr(model, name) == value for name, value in values.items())


def _key(model: Model) -> tuple[str, str]:
    return model.name, model.sha256
