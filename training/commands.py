"""What the commands for training do. torch is imported by those that need it."""

import argparse
from pathlib import Path
from tempfile import TemporaryDirectory

from model_layer.cli import outputs
from model_layer.cli.install_options import place_of, placed
from model_layer.store.manifest import Model
from model_layer.store.store import ModelStore, ModelStoreError
from training.recipe import NeonRecipe, choose


def train_neon(options: argparse.Namespace) -> int:
    """``train-neon DIR… -o RUN``."""
    from model_layer.networks.pix2pix import parameters_of  # noqa: PLC0415
    from model_layer.store.packaging import read_weights  # noqa: PLC0415
    from training.neon_run import Start  # noqa: PLC0415
    from training.train_neon import train  # noqa: PLC0415

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


def smooth_neon(options: argparse.Namespace) -> int:
    """``smooth-neon FILE DIR… -o FILE``."""
    import torch  # noqa: PLC0415

    from model_layer.store.packaging import read_weights  # noqa: PLC0415
    from training.dataset import NeonPairs  # noqa: PLC0415
    from training.loop import save_weights  # noqa: PLC0415
    from training.smoothing import smoothed  # noqa: PLC0415

    weights = read_weights(options.file)
    pairs = NeonPairs.read(options.folders, NeonRecipe(size=options.size))
    batches = (
        torch.stack([pairs[4 * batch + place][0] for place in range(4)])
        for batch in range(options.batches)
    )
    save_weights(smoothed(weights, batches), options.output)
    return 0


def contact_sheet(options: argparse.Namespace) -> int:
    """``contact-sheet DIR… -o FILE``."""
    from training.contact_sheet import pairs_sheet, sheet_size  # noqa: PLC0415
    from training.dataset import NeonPairs  # noqa: PLC0415

    recipe = NeonRecipe(size=options.size, seed=options.seed)
    outputs.check_size(options.output, *sheet_size(options.pairs, options.size))
    sheet = pairs_sheet(NeonPairs.read(options.folders, recipe), options.pairs)
    outputs.save(sheet, options.output)
    return 0


def compare_neon(options: argparse.Namespace) -> int:
    """``compare-neon RUN… --judge DIR --photos DIR``."""
    from training.compare import compare, steps_of  # noqa: PLC0415
    from training.dataset import find_pictures  # noqa: PLC0415
    from training.validation import Jury  # noqa: PLC0415

    steps = steps_of(options.runs, options.steps)
    jury = Jury(find_pictures(options.photos), find_pictures(options.judge), options.size)
    found = compare(options.runs, jury, steps)
    print(found.table)
    if options.output:
        outputs.save(found.sheet, options.output)
    return 0


def evaluate_neon(options: argparse.Namespace) -> int:
    """``evaluate-neon DIR… --judge DIR…``."""
    from model_layer.engine import Engine  # noqa: PLC0415
    from training import neon_report  # noqa: PLC0415
    from training.dataset import find_pictures  # noqa: PLC0415
    from training.evaluate_neon import evaluate_neon as evaluate  # noqa: PLC0415

    if options.sheet:
        photos = find_pictures(options.folders)
        outputs.check_size(options.sheet, *neon_report.sheet_size(photos))
    with TemporaryDirectory() as folder:
        if options.file:
            _put(options.file, Path(folder))
        store = ModelStore.open(folder if options.file else options.weights)
        model = _neon_model(store, options.model) if options.model else None
        found = evaluate(Engine(store), options.folders, options.judge, model=model)
    print(neon_report.markdown(found))
    if options.card:
        options.card.write_text(neon_report.markdown(found) + "\n", encoding="utf-8")
    if options.csv:
        neon_report.write_csv(found, options.csv)
    if options.sheet:
        outputs.save(neon_report.sheet(found), options.sheet)
    return 0


def add(options: argparse.Namespace) -> int:
    """``add FILE --name NAME --licence LICENCE``."""
    from training.adding import add_trained  # noqa: PLC0415

    place = place_of(options)
    model = add_trained(
        options.file, options.name, options.licence, place,
        architecture=options.architecture, parameters=dict(options.parameter),
        inputs=options.inputs,
    )  # fmt: skip
    print(placed(model, place))
    print(f"  card: {place.folder / model.card}")
    return 0


def _put(file: Path, folder: Path) -> None:
    """Make a folder of weights with a generator fresh from a training as its only model."""
    from model_layer.networks.pix2pix import parameters_of  # noqa: PLC0415
    from model_layer.store import packaging  # noqa: PLC0415

    weights = packaging.read_weights(file)
    try:
        parameters = parameters_of(weights)
        packaging.add(
            folder, "judged", weights,
            effect="neon", architecture="pix2pix", parameters=parameters, licence="not stated",
        )  # fmt: skip
    except ValueError as error:
        raise ValueError(f"{file}: {error}") from error


def _neon_model(store: ModelStore, name: str) -> Model:
    """Find a neon model by its name."""
    for model in store.manifest.models:
        if (model.effect, model.name) == ("neon", name):
            return model
    raise ModelStoreError(f"{store.source} holds no neon model {name}")
