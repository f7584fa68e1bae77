"""The parts of an upscaler's model card that are measured, so that no figure is typed by hand."""

import re
from collections.abc import Mapping
from pathlib import Path

from training import curves
from training.contenders import Contender
from training.evaluate_upscaler import BICUBIC, Evaluation
from training.evaluation_report import DISTANCE, PROTOCOL, both
from training.markdown import table
from training.upscaler import Settings, Trained

CURVES = "curves.png"
_NO_FIGURES = ("step", "seconds", "loss")
SHEETS = "sheets"
"""Folder beside the cards, of the pictures that they show."""


def figures(contender: Contender, evaluations: Mapping[str, Evaluation]) -> str:
    """Write the section "Figures".

    Args:
        contender: the model.
        evaluations: by the name of the set of pictures; several may have the same pictures,
            clean and recompressed.
    """
    rows = []
    for name, found in evaluations.items():
        inputs = "clean" if found.quality is None else f"JPEG {found.quality}"
        base, score = found.mean(BICUBIC), found.mean(contender.name)
        gain = f"{score.psnr - base.psnr:+.2f}"
        label = f"{name} ({len(found.pictures)})"
        rows.append([label, inputs, both(base), both(score), gain])
    header = ["pictures", "inputs", "bicubic", contender.name, "gain, dB"]
    return f"{PROTOCOL}; {DISTANCE}:\n\n{table(header, rows)}"


def recipe(found: Trained) -> str:
    """Write the section "Recipe" of what a training has reached."""
    *_, last = found.history or [{}]
    reached = ", ".join(
        f"{name} {value:.2f}" for name, value in last.items() if name not in _NO_FIGURES
    )
    return (
        f"{_choices(found.settings)} {found.step:,} of {found.settings.steps:,} steps in "
        f"{found.seconds / 3600:.1f} hours" + (f"; PSNR then: {reached} dB." if reached else ".")
    )


def update(card: Path, sections: Mapping[str, str]) -> None:
    """Replace sections of a card, or append those that it lacks; the rest stays as it is.

    A card that is missing is begun.

    Args:
        card: Markdown with headings of the second level.
        sections: by their headings.

    Raises:
        OSError: the card cannot be read or written.
    """
    text = card.read_text(encoding="utf-8") if card.exists() else f"# {card.stem}\n"
    for heading, body in sections.items():
        section = f"## {heading}\n\n{body.strip()}\n\n"
        pattern = re.compile(rf"^## {re.escape(heading)}\n.*?(?=^## |\Z)", re.MULTILINE | re.DOTALL)
        if pattern.search(text):
            text = pattern.sub(lambda _: section, text, count=1)  # noqa: B023
        else:
            text = f"{text.rstrip()}\n\n{section}"
    card.write_text(text.rstrip() + "\n", encoding="utf-8")


def draw_curves(found: Trained, card: Path) -> str:
    """Draw a training's curves among the sheets of a card; returns the Markdown that shows them.

    Raises:
        OSError: they cannot be written.
    """
    picture = card.parent / SHEETS / f"{card.stem}-{CURVES}"
    picture.parent.mkdir(exist_ok=True)
    curves.draw({card.stem: found.history}).save(picture)
    return f"![Loss and validation PSNR]({SHEETS}/{picture.name})"


def _choices(settings: Settings) -> str:
    inputs = {
        "clean": "Inputs by antialiased bicubic, clean.",
        "compressed": "Inputs as a messenger makes them: blur, several kernels, noise, JPEG once "
        "or twice.",
    }[settings.inputs]
    loss = f"Absolute, for the last {settings.squared_share:.0%} squared error"
    if settings.look == "crisp":
        loss = (
            f"Absolute error against photos sharpened by an unsharp mask of their luma, "
            f"{settings.sharpen:g} times what a blur of {settings.scale / 2:g} pixels takes away"
        )
    if settings.is_adversarial:
        loss += (
            f", and {settings.adversarial_weight:g} times the opinion of a patch discriminator "
            "with spectral norm on the fine detail of luma"
        )
    return (
        f"Photos shrunk to long sides of {settings.sides.replace(',', ', ')} pixels; batches of "
        f"{settings.batch} patches of {settings.patch}×{settings.patch} (low resolution): a photo "
        "by the root of its area, a place in it in proportion to bicubic's error there; flips and "
        f"rotations. {inputs} {loss} ({settings.luma:.0%} of it luma's alone); "
        f"Adam {settings.learning_rate:g} with cosine decay; exponential moving average "
        f"({settings.ema:g})."
    )
