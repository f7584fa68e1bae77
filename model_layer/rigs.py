"""Rigs of lamps by name, as the file beside this module has them. Light: does without torch."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

Colour = tuple[float, float, float]
"""Red, green and blue, 0..1."""
Grid = tuple[tuple[Colour | None, ...], ...]
"""Rows of colours; None: nothing is said."""

FILE = Path(__file__).with_suffix(".toml")
CELLS = 3  # along each side of a grid


class RigError(ValueError):
    """The file of rigs is wrong; the text says where."""


@dataclass(frozen=True, slots=True)
class Rig:
    """Lamps over a picture."""

    name: str
    emoji: str
    light: Grid
    """What is bright."""
    shadows: Grid
    """What is dark."""


@cache
def rigs(path: Path = FILE) -> dict[str, Rig]:
    """Read the rigs, by name, in the file's order.

    Raises:
        RigError: the file is malformed.
    """
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
        colours = {name: _colour(code) for name, code in content["colours"].items()}
        return {
            name: Rig(
                name, rig["emoji"], _grid(rig["light"], colours), _grid(rig["shadows"], colours)
            )
            for name, rig in content["rigs"].items()
            if _is_name(name)
        }
    except (KeyError, TypeError, ValueError) as error:
        raise RigError(f"{path}: {error}") from error


def _is_name(name: str) -> bool:
    if not (name.isascii() and name.isalpha() and name.islower() and len(name) <= 16):
        raise ValueError(f"{name!r}: a name is 1 to 16 small letters")
    if name == "auto":
        raise ValueError("auto is no rig")
    return True


def _colour(code: str) -> Colour:
    if len(code) != 7 or code[0] != "#":
        raise ValueError(f"{code!r} is not a colour such as #ff00aa")
    red, green, blue = bytes.fromhex(code[1:])
    return red / 255, green / 255, blue / 255


def _grid(rows: list[str], colours: dict[str, Colour]) -> Grid:
    words = [row.split() for row in rows]
    if [len(row) for row in words] != [CELLS] * CELLS:
        raise ValueError(f"{rows} is not {CELLS} rows of {CELLS}")
    return tuple(tuple(None if w == "." else colours[w] for w in row) for row in words)
