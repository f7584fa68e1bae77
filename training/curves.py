"""Curves of trainings: a panel for each figure, a line for each run."""

import io
import math
from collections.abc import Mapping, Sequence

from matplotlib.figure import Figure
from PIL import Image

_DPI = 100
_WIDTH, _HEIGHT = 3.8, 2.2  # inches of a panel
_ACROSS = 3  # panels

History = Sequence[Mapping[str, float]]
"""Lines of a log, each with its ``step``."""


def draw(runs: Mapping[str, History]) -> Image.Image:
    """Draw every figure over the steps.

    Args:
        runs: histories by name; the names are shown when there are several.
    """
    figures = [name for name in dict.fromkeys(k for h in runs.values() for line in h for k in line)
               if name != "step"]  # fmt: skip
    rows = max(1, math.ceil(len(figures) / _ACROSS))
    sheet = Figure((_WIDTH * _ACROSS, _HEIGHT * rows), dpi=_DPI, layout="constrained")
    for place, name in enumerate(figures, 1):
        panel = sheet.add_subplot(rows, _ACROSS, place, title=name)
        panel.grid(alpha=0.3)
        for run, history in runs.items():
            values = [line.get(name, math.nan) for line in history]
            panel.plot([line["step"] for line in history], values, ".-", label=run)
    if figures and len(runs) > 1:
        sheet.legend(*sheet.axes[0].get_legend_handles_labels(), loc="outside upper center")
    file = io.BytesIO()
    sheet.savefig(file, format="png")
    with Image.open(file) as image:
        return image.convert("RGB")
