"""Sheets to judge by eye without knowing which is which.

A sheet has rows of pictures; in each row the contenders come in an order of its own and are called
A, B, C…; the key, a JSON file, says who they were. ``tally`` counts the choices of a judge.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont, ImageOps

GAP, LABEL = 10, 24
"""Pixels: between pictures, and height of the line above each row."""

TITLE = "title"
"""Of a row, in the key beside its letters."""

Choices = dict[str, str]
"""By row, the letter that was chosen."""


def draw(
    rows: Iterable[tuple[str, Mapping[str, Image.Image]]],
    folder: Path,
    *,
    seed: int = 0,
    a_sheet: int = 5,
    zoom: int = 1,
    shown: Sequence[str] = (),
) -> Path:
    """Draw sheets of rows, and the key.

    Args:
        rows: title and pictures by contender; those of a row are equally large.
        folder: receives ``sheet-01.png``… and ``key.json``.
        seed: of the orders.
        a_sheet: rows on a sheet.
        zoom: how many times larger pictures are shown, pixels as squares.
        shown: contenders that come first in each row, under their own name.

    Returns:
        The key's path.
    """
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(seed)
    orders: dict[int, Iterator[list[int]]] = {}
    key: dict[str, dict[str, str]] = {}
    lines: list[tuple[str, list[tuple[str, Image.Image]]]] = []
    for number, (title, pictures) in enumerate(rows, 1):
        hidden = [name for name in pictures if name not in shown]
        those = orders.setdefault(len(hidden), _orders(len(hidden), rng))
        order = [hidden[place] for place in next(those)]
        letters = [chr(ord("A") + place) for place in range(len(order))]
        key[str(number)] = {TITLE: title, **dict(zip(letters, order))}
        line = [(name, pictures[name]) for name in shown if name in pictures]
        line += [(letter, pictures[name]) for letter, name in zip(letters, order)]
        large = [
            (label, ImageOps.scale(picture, zoom, Image.Resampling.NEAREST))
            for label, picture in line
        ]
        lines.append((f"{number}  {title}", large))
    for sheet, first in enumerate(range(0, len(lines), a_sheet), 1):
        _sheet(lines[first : first + a_sheet]).save(folder / f"sheet-{sheet:02}.png")
    path = folder / "key.json"
    path.write_text(json.dumps(key, indent=1) + "\n", encoding="utf-8")
    return path


def tally(
    key: Path, judges: Iterable[Choices], *, by_title: bool = False
) -> dict[tuple[str, str], tuple[int, int]]:
    """Count how often each contender was chosen, and of how many rows it was in.

    Args:
        key: that :func:`draw` wrote.
        judges: the choices of each; rows without a choice do not count.
        by_title: count the rows of each title for themselves.

    Returns:
        By title ("all" unless ``by_title``) and contender, times chosen and rows.

    Raises:
        ValueError: a choice that the key does not know.
    """
    orders: dict[str, dict[str, str]] = json.loads(key.read_text(encoding="utf-8"))
    titles = {row: order.pop(TITLE) for row, order in orders.items()}
    won: Counter[tuple[str, str]] = Counter()
    among: Counter[tuple[str, str]] = Counter()
    for choices in judges:
        for row, letter in choices.items():
            order = orders.get(row, {})
            if letter not in order:
                raise ValueError(f"row {row} has no {letter}")
            title = titles[row] if by_title else "all"
            won[title, order[letter]] += 1
            among.update((title, name) for name in order.values())
    return {who: (won[who], rows) for who, rows in sorted(among.items())}


def _orders(count: int, rng: np.random.Generator) -> Iterator[list[int]]:
    """Yield orders in which everybody has each place equally often: judges lean to a side."""
    while True:
        order = rng.permutation(count)
        yield from (np.roll(order, turn).tolist() for turn in rng.permutation(count))


def _sheet(lines: list[tuple[str, list[tuple[str, Image.Image]]]]) -> Image.Image:
    font = ImageFont.load_default(16)
    heights = [LABEL + max(picture.height for _, picture in line) + GAP for _, line in lines]
    width = max(GAP + sum(p.width + GAP for _, p in line) for _, line in lines)
    sheet = Image.new("RGB", (width, sum(heights) + GAP), (24, 24, 24))
    pen = ImageDraw.Draw(sheet)
    top = GAP
    for (title, line), height in zip(lines, heights):
        left = GAP
        for place, (label, picture) in enumerate(line):
            text = f"{title}   {label}" if place == 0 else label
            pen.text((left, top), text, "white", font)
            sheet.paste(picture, (left, top + LABEL))
            left += picture.width + GAP
        top += height
    return sheet
