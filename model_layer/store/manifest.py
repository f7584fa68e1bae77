"""The manifest: which models there are, and in which files."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

MANIFEST = "manifest.json"

Inputs = Literal["clean", "compressed"]
"""What pictures a model is for: as a camera or a program made them, or as a messenger sends them
on, with the traces of strong JPEG compression."""


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
    parameters: dict[str, int | float | bool | str]
    weights: int = Field(gt=0, description="Number of weights.")
    operations_per_pixel: int = Field(
        gt=0,
        description="Floating-point operations per pixel the network sees; a multiply-add is two.",
    )
    inputs: Inputs = "clean"
    card: str = Field(description="File name of the model card.")
    licence: str


class Manifest(BaseModel):
    """What is in a folder (or bucket) of weights."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: Literal[1] = 1
    models: tuple[Model, ...]

    def to_json(self) -> bytes:
        """Return the content of the file."""
        return (self.model_dump_json(indent=2) + "\n").encode()
