"""The commands that train and judge the neon generator. torch is imported when they run."""

import dataclasses
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from model_layer.cli import outputs
from model_layer.cli.options import WEIGHTS, Weights, with_settings
from model_layer.store.manifest import Model
from model_layer.store.store import ModelStore, ModelStoreError
from training.recipe import NeonRecipe

NeonFolders = Annotated[list[Path], typer.Argument(metavar="DIR", help="Neon pictures.")]
HeldOut = Annotated[
    list[Path], typer.Option(metavar="DIR", help="Neon pictures held out; may be repeated.")
]
Photos = Annotated[
    list[Path],
    typer.Option(metavar="DIR", help="Ordinary photos, never trained on; may be repeated."),
]
Sheet = Annotated[
    Path | None,
    typer.Option(parser=outputs.picture, metavar="FILE", help="Save all results side by side."),
]


@with_settings
def train_neon(
    folders: NeonFolders,
    *,
    val: HeldOut,
    photos: Photos,
    output: Annotated[
        Path,
        typer.Option(
            "--output", "-o", parser=outputs.folder, metavar="RUN",
            help="Folder of the run; an unfinished one goes on.",
        ),
    ],
    recipe: NeonRecipe,
    start: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Generator to fine-tune, a safetensors file."),
    ] = None,
    start_discriminator: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="checkpoint.pt of the run that --start is from."),
    ] = None,
    workers: Annotated[int, typer.Option(help="Processes that make training pairs.")] = 1,
) -> None:  # fmt: skip
    """Train the neon generator."""
    from model_layer.networks.pix2pix import parameters_of  # noqa: PLC0415
    from model_layer.store.packaging import read_weights  # noqa: PLC0415
    from training.neon_run import Start  # noqa: PLC0415
    from training.train_neon import train  # noqa: PLC0415

    if start_discriminator and not start:
        raise ValueError("--start-discriminator goes with --start")
    begin = None
    if start:
        begin = Start(start, start_discriminator)
        found = parameters_of(read_weights(start))
        recipe = dataclasses.replace(recipe, fine_tune=True, **found)
    train(folders, photos, val, output, recipe, start=begin, workers=workers)


def smooth_neon(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Weights, a safetensors file.")],
    folders: NeonFolders,
    output: Annotated[Path, typer.Option("--output", "-o", parser=outputs.file, metavar="FILE")],
    size: Annotated[int, typer.Option(help="Side of a picture, pixels.")] = 512,
    batches: Annotated[int, typer.Option(help="Of four pictures.")] = 30,
) -> None:
    """Turn a generator's transposed convolutions into resize-convolutions."""
    import torch  # noqa: PLC0415

    from model_layer.store.packaging import read_weights  # noqa: PLC0415
    from training.dataset import NeonPairs  # noqa: PLC0415
    from training.loop import save_weights  # noqa: PLC0415
    from training.smoothing import smoothed  # noqa: PLC0415

    weights = read_weights(file)
    pairs = NeonPairs.read(folders, NeonRecipe(size=size))
    inputs = (
        torch.stack([pairs[4 * batch + place][0] for place in range(4)]) for batch in range(batches)
    )
    save_weights(smoothed(weights, inputs), output)


def contact_sheet(
    folders: NeonFolders,
    output: Annotated[Path, typer.Option("--output", "-o", parser=outputs.picture, metavar="FILE")],
    pairs: Annotated[int, typer.Option(help="How many.")] = 24,
    size: Annotated[int, typer.Option(help="Side of a training crop, pixels.")] = 256,
    seed: Annotated[int, typer.Option(help="That of the training.")] = 0,
) -> None:
    """Show training pairs, input above target."""
    from training.contact_sheet import pairs_sheet, sheet_size  # noqa: PLC0415
    from training.dataset import NeonPairs  # noqa: PLC0415

    outputs.check_size(output, *sheet_size(pairs, size))
    sheet = pairs_sheet(NeonPairs.read(folders, NeonRecipe(size=size, seed=seed)), pairs)
    outputs.save(sheet, output)


def compare_neon(
    runs: Annotated[list[Path], typer.Argument(metavar="RUN", help="Folders of train-neon.")],
    *,
    val: HeldOut,
    photos: Photos,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", parser=outputs.picture, metavar="FILE",
            help="Save results side by side.",
        ),
    ] = None,
    steps: Annotated[
        list[int] | None,
        typer.Option(help="To compare at; may be repeated. By default up to four that all have."),
    ] = None,
    size: Annotated[
        int, typer.Option(help="Side of the photos, pixels, a multiple of 256.")
    ] = 512,
) -> None:  # fmt: skip
    """Compare several neon runs, by figures and a sheet."""
    from training.compare import compare, steps_of  # noqa: PLC0415
    from training.dataset import find_pictures  # noqa: PLC0415
    from training.validation import Jury  # noqa: PLC0415

    chosen = steps_of(runs, steps)
    found = compare(runs, Jury(find_pictures(photos), find_pictures(val), size), chosen)
    print(found.table)
    if output:
        outputs.save(found.sheet, output)


def evaluate_neon(
    folders: Annotated[list[Path], typer.Argument(metavar="DIR", help="Ordinary photos.")],
    *,
    val: HeldOut,
    model: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Of the manifest; by default the one that is used."),
    ] = None,
    file: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Weights of a training, instead of a model."),
    ] = None,
    sheet: Sheet = None,
    card: Annotated[
        Path | None,
        typer.Option(parser=outputs.file, metavar="FILE", help="Save the tables as Markdown."),
    ] = None,
    csv: Annotated[
        Path | None,
        typer.Option(
            parser=outputs.file, metavar="FILE",
            help="Save the figures of each picture, least detail first.",
        ),
    ] = None,
    weights: Weights = WEIGHTS,
) -> None:  # fmt: skip
    """Measure the neon effect, as its card states it."""
    from model_layer.engine import Engine  # noqa: PLC0415
    from training import neon_report  # noqa: PLC0415
    from training.dataset import find_pictures  # noqa: PLC0415
    from training.evaluate_neon import evaluate_neon as evaluate  # noqa: PLC0415

    if model and file:
        raise ValueError("name either --model or --file")
    if sheet:
        outputs.check_size(sheet, *neon_report.sheet_size(find_pictures(folders)))
    with TemporaryDirectory() as folder:
        if file:
            _put(file, Path(folder))
        store = ModelStore.open(folder if file else weights)
        found = evaluate(
            Engine(store), folders, val, model=_neon_model(store, model) if model else None
        )
    print(neon_report.markdown(found))
    if card:
        card.write_text(neon_report.markdown(found) + "\n", encoding="utf-8")
    if csv:
        neon_report.write_csv(found, csv)
    if sheet:
        outputs.save(neon_report.sheet(found), sheet)


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
