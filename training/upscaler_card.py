"""The parts of an upscaler's model card that are measured, so that no figure is typed by hand."""

import re
import shutil
from collections.abc import Mapping
from pathlib import Path

from training.contenders import Contender
from training.evaluate_upscaler import BICUBIC, Evaluation, Score
from training.evaluation_report import PROTOCOL
from training.loop import read_checkpoint
from training.markdown import table
from training.upscaler_recipe import Sampling, UpscalerRecipe
from training.upscaler_run import CHECKPOINT, LOG, read_log

CURVES = "curves.png"
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
        rows.append([label, inputs, _cell(base), _cell(score), gain])
    header = ["pictures", "inputs", "bicubic", contender.name, "gain, dB"]
    return f"{PROTOCOL}:\n\n{table(header, rows)}"


def recipe(run: Path) -> str:
    """Write the section "Recipe" from the folder of a training.

    Raises:
        ValueError: the folder holds no whole run.
        OSError: a file cannot be read.
    """
    state = read_checkpoint(run / CHECKPOINT)
    try:  # the weights say this too, but not by how much the run became longer since
        choices, hours = UpscalerRecipe.from_json(state["recipe"]), state["seconds"] / 3600
    except KeyError as error:
        raise ValueError(f"{run}: not the run of an upscaler") from error
    history = read_log(run / LOG)
    best = max(history, key=lambda line: line["psnr"])
    return (
        f"{_choices(choices)} Best by PSNR on the held-out photos: {best['psnr']:.2f} dB after "
        f"{best['step']:,.0f} of {choices.steps:,} steps; {hours:.1f} hours in all."
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


def copy_curves(run: Path, card: Path) -> str:
    """Put a run's curves among the sheets of a card; returns the Markdown that shows them.

    Raises:
        OSError: they cannot be read or written.
    """
    picture = card.parent / SHEETS / f"{card.stem}-{CURVES}"
    picture.parent.mkdir(exist_ok=True)
    shutil.copyfile(run / CURVES, picture)
    return f"![Loss and validation PSNR]({SHEETS}/{picture.name})"


def _choices(choices: UpscalerRecipe) -> str:
    places = {
        Sampling.DETAIL: "drawn where bicubic errs, in proportion to its error",
        Sampling.UNIFORM: "drawn anywhere",
    }[choices.sampling]
    sizes = ", ".join(f"{size:g}" for size in choices.sizes)
    inputs = (
        "Inputs as a messenger makes them: slight blur and noise now and then, JPEG 70 to 95."
        if choices.degrade
        else "Inputs by antialiased bicubic, clean."
    )
    precision = ", bfloat16 and for the last quarter float32" if choices.mixed_precision else ""
    return (
        f"Photos shrunk to {sizes} of their sides; batches of {choices.batch} patches of "
        f"{choices.patch}×{choices.patch} (low resolution), {places}; flips and rotations. "
        f"{inputs} L1, Adam {choices.learning_rate:g} with cosine decay{precision}; "
        f"exponential moving average ({choices.ema:g})."
    )


def _cell(score: Score) -> str:
    return f"{score.psnr:.2f} / {score.ssim:.4f}"
