"""What the commands that train and judge upscalers do. torch is imported by those that need it."""

import argparse
from typing import TYPE_CHECKING

from model_layer.cli import outputs
from model_layer.effects import SCALES
from model_layer.store.store import ModelStore, ModelStoreError

if TYPE_CHECKING:
    from training.contenders import Contender
    from training.evaluate_upscaler import Evaluation


def train_upscaler(options: argparse.Namespace) -> int:
    """``train-upscaler DIR… --judge DIR… -o RUN``."""
    from training.train_upscaler import train  # noqa: PLC0415
    from training.upscaler_recipe import Sampling, UpscalerRecipe  # noqa: PLC0415

    given = dict(options.parameter)
    if options.architecture == "edsr":
        given = {"n_resblocks": 8, "n_feats": 32, **given}
    recipe = UpscalerRecipe(
        scale=options.scale,
        architecture=options.architecture,
        options=given,
        patch=options.patch,
        batch=options.batch,
        steps=options.steps,
        learning_rate=options.learning_rate,
        every=options.every,
        seed=options.seed,
        sampling=Sampling(options.sampling),
        sizes=tuple(options.size or UpscalerRecipe.sizes),
        degrade=options.degrade,
        mixed_precision=not options.full_precision,
    )
    train(options.folders, options.judge, options.output, recipe, options.start)
    return 0


def training_curves(options: argparse.Namespace) -> int:
    """``training-curves RUN… -o FILE``."""
    from training import curves  # noqa: PLC0415
    from training.upscaler_run import LOG, read_log  # noqa: PLC0415

    # By whole paths: the folders of two runs may have the same name.
    sheet = curves.draw({str(run): read_log(run / LOG) for run in options.runs})
    outputs.save(sheet, options.output)
    return 0


def evaluate_upscaler(options: argparse.Namespace) -> int:
    """``evaluate-upscaler DIR…``."""
    from training import crop_sheet, evaluation_report  # noqa: PLC0415
    from training.evaluate_upscaler import evaluate  # noqa: PLC0415

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
    from model_layer.cli.commands import folder_of_weights  # noqa: PLC0415
    from training import contenders, upscaler_card  # noqa: PLC0415
    from training.evaluate_upscaler import evaluate  # noqa: PLC0415

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
        sections["Recipe"] = upscaler_card.recipe(options.run_folder)
        if options.write:
            sections["Recipe"] += f"\n\n{upscaler_card.copy_curves(options.run_folder, card)}"
    for heading, body in sections.items():
        print(f"## {heading}\n\n{body}", end="\n\n")
    if options.write:
        upscaler_card.update(card, sections)
    return 0


def _contenders(options: argparse.Namespace) -> "dict[int, list[Contender]]":
    """Return the networks that the options ask for, by scale; those without any are left out."""
    from training import contenders  # noqa: PLC0415

    files = [contenders.of_file(path) for path in options.file]
    if len({file.name for file in files}) < len(files):
        raise ValueError("two files are from folders of the same name")
    scales: list[int] = options.scale or list(SCALES)
    store = None if files and not options.model else ModelStore.open(options.weights)
    found: dict[int, list[Contender]] = {}
    for scale in scales:
        found[scale] = contenders.models(store, scale, options.model) if store else []
        found[scale] += [file for file in files if file.network.scale == scale]
    found = {scale: those for scale, those in found.items() if those}
    if not found:
        wanted = ", ".join(f"×{scale}" for scale in scales)
        raise ModelStoreError(f"no upscaler {wanted} to judge")
    return found
