"""Curves of trainings, drawn with Pillow alone: a panel for each figure, a line for each run."""

import math
from collections.abc import Mapping, Sequence

from PIL import Image, ImageDraw, ImageFont

WIDTH, HEIGHT = 380, 220  # pixels of a panel
_LEFT, _RIGHT, _TOP, _BOTTOM = 56, 16, 30, 28  # margins within a panel
_ACROSS = 3  # panels
_LEGEND = 22  # pixels, height of a line of the legend
_INK, _FAINT, _MARK = "#222222", "#dddddd", "#d02090"
_COLOURS = ("#1f5fbf", "#e07b00", "#1a8a3a", "#8040c0", "#a05030", "#606060")

History = Sequence[Mapping[str, float]]
"""Lines of a log, each with its ``step``."""
Point = tuple[float, float]


def draw(runs: Mapping[str, History], best: str | None = None) -> Image.Image:
    """Draw every figure over the steps.

    Args:
        runs: histories by name; the names are shown when there are several.
        best: the figure whose lowest value makes a line the best of its run; its step is marked
            in every panel.
    """
    figures = [name for name in dict.fromkeys(k for h in runs.values() for line in h for k in line)
               if name != "step"]  # fmt: skip
    legend = _LEGEND * len(runs) if len(runs) > 1 else 0
    rows = max(1, math.ceil(len(figures) / _ACROSS))
    sheet = Image.new("RGB", (WIDTH * _ACROSS, HEIGHT * rows + legend), "white")
    pen = ImageDraw.Draw(sheet)
    for place, name in enumerate(runs if legend else ()):
        y = _LEGEND * place + _LEGEND // 2
        pen.line([(_LEFT, y), (_LEFT + 24, y)], fill=_colour(place), width=3)
        pen.text((_LEFT + 34, y), name, fill=_INK, font=ImageFont.load_default(12), anchor="lm")
    marked = {name: _best_step(history, best) for name, history in runs.items()}
    for place, figure in enumerate(figures):
        lines = {
            name: [(line["step"], line[figure]) for line in history
                   if math.isfinite(line.get(figure, math.nan))]
            for name, history in runs.items()
        }  # fmt: skip
        panel = _panel(figure, lines, marked)
        sheet.paste(panel, (place % _ACROSS * WIDTH, place // _ACROSS * HEIGHT + legend))
    return sheet


def _panel(
    figure: str, lines: Mapping[str, Sequence[Point]], marked: Mapping[str, float | None]
) -> Image.Image:
    panel = Image.new("RGB", (WIDTH, HEIGHT), "white")
    pen = ImageDraw.Draw(panel)
    font = ImageFont.load_default(12)
    pen.text((_LEFT, 8), figure, fill=_INK, font=font)
    points = [point for line in lines.values() for point in line]
    if not points:
        return panel
    steps, values = zip(*points)
    left, right, low, high = min(steps), max(steps), min(values), max(values)

    def at(step: float, value: float) -> Point:
        across = (step - left) / (right - left) if right > left else 0.5
        up = (value - low) / (high - low) if high > low else 0.5
        x = _LEFT + across * (WIDTH - _LEFT - _RIGHT)
        return x, HEIGHT - _BOTTOM - up * (HEIGHT - _TOP - _BOTTOM)

    for value in sorted({low, (low + high) / 2, high}):
        _, y = at(left, value)
        pen.line([(_LEFT, y), (WIDTH - _RIGHT, y)], fill=_FAINT)
        pen.text((_LEFT - 6, y), f"{value:.3g}", fill=_INK, font=font, anchor="rm")
    for step, anchor in ((left, "la"), (right, "ra")) if right > left else ((left, "ma"),):
        pen.text((at(step, low)[0], HEIGHT - _BOTTOM + 8), f"{step:g}", fill=_INK, font=font,
                 anchor=anchor)  # fmt: skip
    for place, (name, line) in enumerate(lines.items()):
        pen.line([at(*point) for point in line], fill=_colour(place), width=2)
        for step, value in line:
            if step == marked[name]:
                x, y = at(step, value)
                pen.ellipse([x - 4, y - 4, x + 4, y + 4], fill=_MARK)
    return panel


def _best_step(history: History, figure: str | None) -> float | None:
    """The step at which a figure is lowest; None where it was never taken."""
    found = [(line[figure], line["step"]) for line in history if figure and figure in line]
    return min(found)[1] if found else None


def _colour(place: int) -> str:
    return _COLOURS[place % len(_COLOURS)]
