"""Models by effect: the manifest, where files come from, and loading.

Light: torch is imported when the first model is loaded.
"""

import hashlib
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from model_layer.effects import Effect, Neon

if TYPE_CHECKING:
    from model_layer.networks.registry import Network

MANIFEST = "manifest.json"


class ModelStoreError(Exception):
    """A model cannot be had; the text is one line and names the model and the file."""


class Model(BaseModel):
    """An entry of the manifest."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    effect: Literal["neon", "upscale"]
    scale: int = Field(1, ge=1, le=4)
    file: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*\.safetensors$")
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    bytes: int = Field(gt=0)
    architecture: str
    parameters: dict[str, int]
    weights: int = Field(gt=0, description="Number of weights.")
    operations_per_pixel: int = Field(
        gt=0,
        description="Floating-point operations per pixel the network sees; a multiply-add is two.",
    )
    card: str = Field(description="File name of the model card.")
    licence: str


class Manifest(BaseModel):
    """What is in a folder (or bucket) of weights."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: Literal[1] = 1
    models: tuple[Model, ...]


class Source(Protocol):
    """Where files come from: a folder, or a bucket."""

    def read(self, name: str) -> bytes:
        """Return a small file's content.

        Raises:
            OSError: it cannot be read.
        """
        ...

    def fetch(self, name: str, sha256: str) -> Path:
        """Return the path of a local copy of a large file; the caller verifies ``sha256``.

        Raises:
            OSError: it cannot be had.
        """
        ...

    def __str__(self) -> str:
        """Name the place, for messages."""
        ...


class FolderSource:
    """A folder on this machine."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def read(self, name: str) -> bytes:
        """Return a file's content."""
        return (self.folder / name).read_bytes()

    def fetch(self, name: str, sha256: str) -> Path:  # noqa: ARG002  # nothing to fetch
        """Return the file's own path."""
        return self.folder / name

    def __str__(self) -> str:
        return str(self.folder)


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

        try:
            data = self.source.fetch(model.file, model.sha256).read_bytes()
        except OSError as error:
            raise self._error(model, str(error.strerror or error)) from error
        # The bytes that are verified are the bytes that are loaded.
        if hashlib.sha256(data).hexdigest() != model.sha256:
            raise self._error(model, "wrong SHA-256: the file is damaged or not the published one")
        try:
            network = build(model.architecture, model.parameters)
            load_strictly(network.module, load(data))
        except (SafetensorError, ValueError) as error:
            raise self._error(model, str(error)) from error
        network.module.eval().requires_grad_(False)
        return network

    def _error(self, model: Model, reason: str) -> ModelStoreError:
        return ModelStoreError(f"model {model.name}: {self.source}/{model.file}: {reason}")
