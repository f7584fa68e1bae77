"""What the commands that judge upscalers do. torch is imported by those that need it."""

import argparse
from typing import TYPE_CHECKING

from model_layer import outputs
from model_layer.effects import SCALES
from model_layer.store import ModelStore, ModelStoreError

if TYPE_CHECKING:
    from model_layer.training.contenders import Contender
    from model_layer.training.evaluate_upscaler import Evaluation


def training_curves(options: argparse.Namespace) -> int:
    """``training-curves RUN… -o FILE``."""
    from model_layer.training import curves  # noqa: PLC0415
    from training.upscaler import Trained  # noqa: PLC0415

    # By whole paths: the folders of two runs may have the same name.
    sheet = curves.draw({str(run): Trained.read(run).history for run in options.runs})
    outputs.save(sheet, options.output)
    return 0


def evaluate_upscaler(options: argparse.Namespace) -> int:
    """``evaluate-upscaler DIR…``."""
    from model_layer.training import crop_sheet, evaluation_report  # noqa: PLC0415
    from model_layer.training.evaluate_upscaler import evaluate  # noqa: PLC0415

    quality = options.quality if options.degraded else None
    crops = []
    for scale, contenders in _contenders(options).items():
        found = evaluate(contenders, options.folders, scale, quality)
        print(evaluation_report.summary(found, contenders), end="\n\n")
        if options.each:
            print(evaluation_report.by_picture(found), end="\n\n")
        crops += [picture.crop for picture in found.pictures]
    if options.sheet:
        outputs.save(crop_sheet.draw(crops), options.sheet)
    return 0


def upscaler_card(options: argparse.Namespace) -> int:
    """``upscaler-card MODEL DIR…``."""
    from model_layer.commands import folder_of_weights  # noqa: PLC0415
    from model_layer.training import contenders, upscaler_card  # noqa: PLC0415
    from model_layer.training.evaluate_upscaler import evaluate  # noqa: PLC0415
    from training.upscaler import Trained  # noqa: PLC0415

    card = folder_of_weights(options) / f"{options.model}.md"
    names = [folder.resolve().name for folder in options.folders]
    if len(set(names)) < len(names):
        raise ValueError("two folders have the same name; the card could not tell them apart")
    store = ModelStore.open(options.weights)
    scale = {model.name: model.scale for model in store.manifest.models}.get(options.model, 2)
    (contender,) = contenders.models(store, scale, [options.model])
    evaluations: dict[str, Evaluation] = {}
    for name, folder in zip(names, options.folders):
        evaluations[name] = evaluate([contender], [folder], scale)
        recompressed = evaluate([contender], [folder], scale, options.quality)
        evaluations[f"{name}, recompressed"] = recompressed
    sections = {"Figures": upscaler_card.figures(contender, evaluations)}
    if options.run_folder:
        trained = Trained.read(options.run_folder)
        sections["Recipe"] = upscaler_card.recipe(trained)
        if options.write and trained.history:
            sections["Recipe"] += f"\n\n{upscaler_card.draw_curves(trained, card)}"
    for heading, body in sections.items():
        print(f"## {heading}\n\n{body}", end="\n\n")
    if options.write:
        upscaler_card.update(card, sections)
    return 0


def _contenders(options: argparse.Namespace) -> "dict[int, list[Contender]]":
    """Return the networks that the options ask for, by scale; those without any are left out."""
    from model_layer.training import contenders  # noqa: PLC0415

    runs = [contenders.of_run(path) for path in options.trained]
    if len({run.name for run in runs}) < len(runs):
        raise ValueError("two runs are in folders of the same name")
    scales: list[int] = options.scale or list(SCALES)
    store = None if runs and not options.model else ModelStore.open(options.weights)
    found: dict[int, list[Contender]] = {}
    for scale in scales:
        found[scale] = contenders.models(store, scale, options.model) if store else []
        found[scale] += [run for run in runs if run.network.scale == scale]
    found = {scale: those for scale, those in found.items() if those}
    if not found:
        wanted = ", ".join(f"×{scale}" for scale in scales)
        raise ModelStoreError(f"no upscaler {wanted} to judge")
    return found
