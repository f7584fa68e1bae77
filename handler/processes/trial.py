"""A trial of the models on a built-in picture: does this machine make what it should?

What a picture became is described by the brightness of a few of its pixels, which two machines with
the same weights agree on to rounding. `make deploy` makes the description where the image is built,
and a new version of the worker has to make the same before anybody gets it.
"""

from typing import Final

from PIL import Image, ImageDraw

from handler.jobs.engine import Engine
from model_layer import ModelStore, parse_effect

KEY: Final = "trial"
"""Of the event that asks for a trial, with what it has to make; empty where nobody knows."""
EFFECTS: Final = ("neon:neon", "upscale:2")
SIZE: Final = (160, 120)
SAMPLES: Final = (10, 7)
"""Pixels that are looked at, in each direction."""
TOLERANCE: Final = 3
"""Of 255: processors round differently."""


class TrialError(Exception):
    """What was made is not what should have been; the text is one line."""


def picture() -> Image.Image:
    """Draw the built-in picture: a wall with windows, a lamp, and its light on the ground."""
    image = Image.linear_gradient("L").resize(SIZE)
    image = Image.merge("RGB", (image, image.rotate(180), Image.new("L", SIZE, 90)))
    draw = ImageDraw.Draw(image)
    for column in range(5):
        draw.rectangle(
            (10 + 30 * column, 12, 24 + 30 * column, 40), fill=(230, 200, 120 + 20 * column)
        )
    draw.ellipse((60, 50, 100, 90), fill=(250, 250, 235), outline=(20, 20, 30), width=2)
    for step in range(8):
        draw.line((0, 92 + 4 * step, 160, 96 + 4 * step), fill=(30 * step, 40, 60), width=1)
    return image


def run(store: ModelStore, engine: Engine) -> str:
    """Apply every effect of the trial; returns the description of what came out.

    Raises:
        ModelStoreError: a model cannot be had.
    """
    return " ".join(f"{code}={_described(store, engine, code)}" for code in EFFECTS)


def compare(expected: str, made: str) -> None:
    """Compare two descriptions.

    Raises:
        TrialError: they are of different weights, or of pictures that differ.
    """
    wanted, found = _read(expected), _read(made)
    if set(wanted) != set(found):
        raise TrialError(f"{', '.join(found)} were tried instead of {', '.join(wanted)}")
    for code, (digest, pixels) in wanted.items():
        other_digest, other_pixels = found[code]
        if digest != other_digest:
            raise TrialError(f"{code}: the weights are {other_digest}, not {digest}")
        if len(pixels) != len(other_pixels):
            raise TrialError(f"{code}: the trial is of another version")
        furthest = max(abs(a - b) for a, b in zip(pixels, other_pixels))
        if furthest > TOLERANCE:
            raise TrialError(f"{code}: a pixel is {furthest} of 255 off")


def _described(store: ModelStore, engine: Engine, code: str) -> str:
    effect, image = parse_effect(code), picture()
    model = store.model(effect)
    made = engine.apply(effect, image, lambda _: None, model).convert("RGB")
    if made.size != effect.output_size(image.size):
        raise TrialError(f"{code}: the result has {made.width}×{made.height} pixels")
    pixels = made.resize(SAMPLES, Image.Resampling.NEAREST).tobytes()
    return f"{model.sha256[:16]}:{pixels.hex()}"


def _read(description: str) -> dict[str, tuple[str, bytes]]:
    try:
        found = {}
        for part in description.split():
            code, _, rest = part.partition("=")
            digest, _, pixels = rest.partition(":")
            found[code] = (digest, bytes.fromhex(pixels))
        return found
    except ValueError as error:
        raise TrialError("what is expected cannot be read") from error
