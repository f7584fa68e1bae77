"""The manifest: which models there are, and in which files."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from model_layer.effects import FAMILIES, Look

MANIFEST = "manifest.json"

Inputs = Literal["clean", "compressed"]
"""What pictures a model is for: as a camera or a program made them, or as a messenger sends them
on, with the traces of strong JPEG compression."""


class Model(BaseModel):
    """An entry of the manifest."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    effect: str = Field(description="Name of a family of effects.")
    scale: int = Field(1, ge=1, le=4)
    file: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*\.safetensors$")
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    bytes: int = Field(gt=0)
    architecture: str
    parameters: dict[str, int | float | bool | str]
    weights: int = Field(gt=0, description="Number of weights.")
    operations_per_pixel: int = Field(
        gt=0,
        description="Floating-point operations per pixel the network sees; a multiply-add is two.",
    )
    inputs: Inputs = "clean"
    look: Look = Look.FAITHFUL
    card: str = Field(description="File name of the model card.")
    licence: str

    @field_validator("effect")
    @classmethod
    def _family_exists(cls, name: str) -> str:
        if name not in FAMILIES:
            raise ValueError(f"no effect {name!r}, only {', '.join(FAMILIES)}")
        return name

    @property
    def published(self) -> "Model":
        """The model as it is in a bucket: its file is named after what is in it."""
        digest = self.sha256[:16]
        if digest in self.file:  # the folder is a copy of a bucket
            return self
        name = self.file.removesuffix(".safetensors")
        return self.model_copy(update={"file": f"{name}-{digest}.safetensors"})

    @property
    def purpose(self) -> str:
        """What the model is for, such as ``neon`` or ``upscale ×2``."""
        return f"{self.effect} ×{self.scale}" if self.scale > 1 else self.effect


class Manifest(BaseModel):
    """What is in a folder (or bucket) of weights."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: Literal[1] = 1
    models: tuple[Model, ...]

    def to_json(self) -> bytes:
        """Return the content of the file."""
        return (self.model_dump_json(indent=2) + "\n").encode()


def as_published(content: bytes) -> bytes:
    """Return a folder's manifest as it is in a bucket.

    Raises:
        ValidationError: it is malformed.
    """
    manifest = Manifest.model_validate_json(content)
    return Manifest(models=tuple(model.published for model in manifest.models)).to_json()
