"""What the commands for training do. torch is imported by those that need it."""

import argparse

from model_layer.commands import folder_of_weights
from model_layer.store import ModelStore
from model_layer.training.recipe import NeonRecipe, choose


def train_neon(options: argparse.Namespace) -> int:
    """``train-neon DIR… -o RUN``."""
    from model_layer.networks.pix2pix import parameters_of  # noqa: PLC0415
    from model_layer.packaging import read_weights  # noqa: PLC0415
    from model_layer.training.neon_run import Start  # noqa: PLC0415
    from model_layer.training.train_neon import train  # noqa: PLC0415

    if options.start_discriminator and not options.start:
        raise ValueError("--start-discriminator goes with --start")
    start, inferred = None, {}
    if options.start:
        start = Start(options.start, options.start_discriminator)
        inferred = parameters_of(read_weights(options.start))
    recipe = choose(vars(options), fine_tune=start is not None, **inferred)
    train(
        options.folders, options.photos, options.judge, options.output, recipe,
        start=start, workers=options.workers,
    )  # fmt: skip
    return 0


def contact_sheet(options: argparse.Namespace) -> int:
    """``contact-sheet DIR… -o FILE``."""
    from model_layer.training.contact_sheet import pairs_sheet  # noqa: PLC0415
    from model_layer.training.dataset import NeonPairs  # noqa: PLC0415

    recipe = NeonRecipe(size=options.size, seed=options.seed)
    pairs_sheet(NeonPairs.read(options.folders, recipe), options.pairs).save(options.output)
    return 0


def compare_neon(options: argparse.Namespace) -> int:
    """``compare-neon RUN… --judge DIR --photos DIR``."""
    from model_layer.training.compare import compare  # noqa: PLC0415
    from model_layer.training.dataset import find_pictures  # noqa: PLC0415
    from model_layer.training.validation import Jury  # noqa: PLC0415

    jury = Jury(find_pictures(options.photos), find_pictures(options.judge), options.size)
    found = compare(options.runs, jury, options.steps)
    print(found.table)
    if options.output:
        found.sheet.save(options.output)
    return 0


def evaluate_neon(options: argparse.Namespace) -> int:
    """``evaluate-neon DIR… --judge DIR…``."""
    from model_layer.engine import Engine  # noqa: PLC0415
    from model_layer.training import neon_report  # noqa: PLC0415
    from model_layer.training.evaluate import evaluate_neon as evaluate  # noqa: PLC0415

    engine = Engine(ModelStore.open(options.weights))
    found = evaluate(engine, options.folders, options.judge)
    print(neon_report.markdown(found))
    if options.card:
        options.card.write_text(neon_report.markdown(found) + "\n", encoding="utf-8")
    if options.csv:
        neon_report.write_csv(found, options.csv)
    if options.sheet:
        neon_report.sheet(found).save(options.sheet, quality=90)
    return 0


def add(options: argparse.Namespace) -> int:
    """``add FILE --name NAME …``."""
    from model_layer import packaging  # noqa: PLC0415

    parameters = dict(options.parameter)
    model = packaging.add(
        folder_of_weights(options),
        options.name,
        packaging.read_weights(options.file),
        effect="neon" if options.architecture == "pix2pix" else "upscale",
        architecture=options.architecture,
        parameters=parameters,
        licence=options.licence,
        scale=parameters.get("scale", 1),
        half=options.half,
    )
    print(f"{model.name}: {model.file}, {model.bytes / 1e6:.1f} MB, SHA-256 {model.sha256}")
    return 0
