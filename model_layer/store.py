"""Models by effect: found in a manifest, fetched, verified, loaded.

Light: torch is imported when the first model is loaded, boto3 when the first file is asked of a
bucket.
"""

import tempfile
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import ValidationError

from model_layer.bucket import SCHEME
from model_layer.effects import Effect, Neon
from model_layer.manifest import MANIFEST, Manifest, Model
from model_layer.s3 import S3Source
from model_layer.sources import FolderSource, Source

if TYPE_CHECKING:
    from model_layer.networks.registry import Network


class ModelStoreError(Exception):
    """A model cannot be had; the text is one line and names the model and the file."""


class ModelStore:
    """Finds, verifies and loads models; each is loaded once per process, when first needed.

    Methods may be called from several threads.
    """

    def __init__(self, source: Source) -> None:
        self.source = source
        self._lock = threading.Lock()
        self._manifest: Manifest | None = None
        self._loaded: dict[str, Network] = {}

    @classmethod
    def open(cls, place: str | Path, cache: Path | None = None) -> "ModelStore":
        """Open a folder or a bucket; nothing is read yet.

        Args:
            place: a folder with a manifest.json, or ``s3://bucket/prefix``.
            cache: folder for what is fetched from a bucket; by default one among the system's
                temporary files.

        Raises:
            ValueError: the URL names no bucket.
        """
        if str(place).startswith(SCHEME):
            cache = cache or Path(tempfile.gettempdir()) / "neon-bot-models"
            return cls(S3Source(str(place), cache))
        return cls.from_folder(Path(place))

    @classmethod
    def from_folder(cls, folder: Path) -> "ModelStore":
        """Open a folder with a manifest.json; nothing is read yet."""
        return cls(FolderSource(folder))

    @property
    def manifest(self) -> Manifest:
        """The manifest, read once.

        Raises:
            ModelStoreError: missing or malformed.
        """
        if self._manifest is None:
            try:
                self._manifest = Manifest.model_validate_json(self.source.read(MANIFEST))
            except OSError as error:
                reason = error.strerror or error
                raise ModelStoreError(f"{self.source}/{MANIFEST}: {reason}") from error
            except ValidationError as error:
                first = error.errors()[0]
                place = ".".join(map(str, first["loc"]))
                raise ModelStoreError(
                    f"{self.source}/{MANIFEST} is malformed: {place}: {first['msg']}"
                ) from error
        return self._manifest

    def model(self, effect: Effect) -> Model:
        """Return the manifest's entry for an effect; the first that fits is the default.

        Raises:
            ModelStoreError: there is none.
        """
        kind, scale = ("neon", 1) if isinstance(effect, Neon) else ("upscale", effect.scale)
        for model in self.manifest.models:
            if (model.effect, model.scale) == (kind, scale):
                return model
        raise ModelStoreError(f"{self.source}/{MANIFEST} names no model for {effect.code}")

    def digest(self, effect: Effect) -> str:
        """SHA-256 (hex) of the weights an effect runs with; needs neither torch nor the file."""
        return self.model(effect).sha256

    def available(self, effect: Effect) -> Model:
        """Return the manifest's entry for an effect, as long as its file is there.

        In a folder the file is looked for, though not read. A bucket's manifest is believed: the
        files are published before it.

        Raises:
            ModelStoreError: there is no such model, or no such file.
        """
        model = self.model(effect)
        if isinstance(self.source, FolderSource) and not self.source.has(model.file):
            raise self._error(model, "no such file")
        return model

    def content(self, model: Model) -> bytes:
        """Return a model's file, verified.

        Raises:
            ModelStoreError: unreadable file or wrong checksum.
        """
        try:
            return self.source.fetch(model)
        except OSError as error:
            raise self._error(model, str(error.strerror or error)) from error

    def load(self, effect: Effect) -> "Network":
        """Return the network for an effect, in evaluation mode, float32, on the CPU.

        Raises:
            ModelStoreError: no such model, unreadable file, wrong checksum, or weights that do
                not fit the architecture.
        """
        model = self.model(effect)
        with self._lock:
            if model.name not in self._loaded:
                self._loaded[model.name] = self._load(model)
            return self._loaded[model.name]

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
