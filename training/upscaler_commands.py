"""The commands that judge upscalers. torch is imported when they run."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from model_layer.cli import outputs
from model_layer.cli.options import WEIGHTS, Weights, local_folder
from model_layer.effects import SCALES
from model_layer.store.store import ModelStore, ModelStoreError

if TYPE_CHECKING:
    from training.contenders import Contender
    from training.evaluate_upscaler import Evaluation

Sharp = Annotated[list[Path], typer.Argument(metavar="DIR", help="Sharp pictures.")]
Scales = Annotated[
    list[int] | None, typer.Option("--scale", min=2, max=4, help="May be repeated; by default all.")
]
Models = Annotated[
    list[str] | None,
    typer.Option(
        "--model", metavar="NAME",
        help="Of the manifest; may be repeated. By default all, or none with --run or --ncnn.",
    ),
]  # fmt: skip
Runs = Annotated[
    list[Path] | None,
    typer.Option("--run", metavar="RUN", help="Folder of a training; may be repeated."),
]
Ncnn = Annotated[
    list[Path] | None,
    typer.Option(metavar="PARAM", help="Others' network for ncnn, its .param; may be repeated."),
]
Quality = Annotated[int, typer.Option(min=1, max=95, help="Of the JPEG for recompressed inputs.")]


def evaluate_upscaler(
    folders: Sharp,
    *,
    scale: Scales = None,
    model: Models = None,
    run: Runs = None,
    ncnn: Ncnn = None,
    degraded: Annotated[
        bool, typer.Option("--degraded", help="Recompress the inputs as a messenger does.")
    ] = False,
    quality: Quality = 80,
    each: Annotated[bool, typer.Option("--each", help="List every picture's figures.")] = False,
    sheet: Annotated[
        Path | None,
        typer.Option(
            parser=outputs.picture, metavar="FILE",
            help="Save the crops where networks and bicubic differ most.",
        ),
    ] = None,
    weights: Weights = WEIGHTS,
) -> None:  # fmt: skip
    """Measure PSNR, SSIM and the distance of features of upscalers."""
    from training import crop_sheet, evaluation_report  # noqa: PLC0415
    from training.evaluate_upscaler import evaluate  # noqa: PLC0415

    crops = []
    others = [*(run or []), *(ncnn or [])]
    asked = _contenders(others, model or [], scale or list(SCALES), weights)
    for factor, contenders in asked.items():
        found = evaluate(contenders, folders, factor, quality if degraded else None)
        print(evaluation_report.summary(found, contenders), end="\n\n")
        if each:
            print(evaluation_report.by_picture(found), end="\n\n")
        crops += [picture.crop for picture in found.pictures]
    if sheet:
        outputs.save(crop_sheet.draw(crops), sheet)


def upscaler_card(
    model: Annotated[str, typer.Argument(metavar="MODEL", help="Its name in the manifest.")],
    folders: Sharp,
    *,
    run: Annotated[
        Path | None,
        typer.Option(metavar="RUN", help="Folder of its training, for recipe and curves."),
    ] = None,
    quality: Quality = 80,
    write: Annotated[bool, typer.Option("--write", help="Put the sections into the card.")] = False,
    weights: Weights = WEIGHTS,
) -> None:
    """Measure what an upscaler's card states."""
    from training import contenders, upscaler_card  # noqa: PLC0415
    from training.evaluate_upscaler import evaluate  # noqa: PLC0415
    from training.upscaler import Trained  # noqa: PLC0415

    card = local_folder(weights) / f"{model}.md"
    names = [folder.resolve().name for folder in folders]
    if len(set(names)) < len(names):
        raise ValueError("two folders have the same name; the card could not tell them apart")
    store = ModelStore.open(weights)
    scale = {other.name: other.scale for other in store.manifest.models}.get(model, 2)
    (contender,) = contenders.models(store, scale, [model])
    evaluations: dict[str, Evaluation] = {}
    for name, folder in zip(names, folders):
        evaluations[name] = evaluate([contender], [folder], scale)
        recompressed = evaluate([contender], [folder], scale, quality)
        evaluations[f"{name}, recompressed"] = recompressed
    sections = {"Figures": upscaler_card.figures(contender, evaluations)}
    if run:
        trained = Trained.read(run)
        sections["Recipe"] = upscaler_card.recipe(trained)
        if write and trained.history:
            sections["Recipe"] += f"\n\n{upscaler_card.draw_curves(trained, card)}"
    for heading, body in sections.items():
        print(f"## {heading}\n\n{body}", end="\n\n")
    if write:
        upscaler_card.update(card, sections)


def blind_crops(
    folders: Sharp,
    *,
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="OUT", help="Folder for sheets and key.")
    ],
    scale: Annotated[int, typer.Option(min=2, max=4, help="Of all that are compared.")] = 4,
    model: Models = None,
    run: Runs = None,
    ncnn: Ncnn = None,
    degraded: Annotated[
        bool, typer.Option("--degraded", help="Recompress the inputs as a messenger does.")
    ] = False,
    quality: Quality = 80,
    places: Annotated[
        Path | None,
        typer.Option("--list", metavar="CSV", help="Places to judge; by default crops.csv."),
    ] = None,
    against: Annotated[
        str | None,
        typer.Option("--pairs", metavar="NAME", help="Each row has it and one other, in turn."),
    ] = None,
    side: Annotated[int, typer.Option(min=32, help="Of a crop, pixels of the result.")] = 192,
    zoom: Annotated[int, typer.Option(min=1, help="How many times larger it is shown.")] = 2,
    a_sheet: Annotated[int, typer.Option("--rows", min=1, help="On a sheet.")] = 2,
    seed: Annotated[int, typer.Option(help="Of the orders.")] = 0,
    weights: Weights = WEIGHTS,
) -> None:
    """Draw sheets of crops in which nobody can tell which upscaler is which."""
    from training import blind, crop_sheet  # noqa: PLC0415

    asked = _contenders([*(run or []), *(ncnn or [])], model or [], [scale], weights)[scale]
    if against and against not in {contender.name for contender in asked}:
        raise ValueError(f"{against} is not among those that are compared")
    listed = crop_sheet.read_places(places or crop_sheet.PLACES)
    rows = crop_sheet.compared(
        asked, listed, folders, scale, quality if degraded else None, side=side
    )
    print(
        blind.draw(
            crop_sheet.pairs(rows, against) if against else rows,
            output, seed=seed, a_sheet=a_sheet, zoom=zoom, shown=["original"],
        )
    )  # fmt: skip


def blind_tally(
    key: Annotated[Path, typer.Argument(metavar="KEY", help="key.json of the sheets.")],
    choices: Annotated[
        list[Path], typer.Argument(metavar="CHOICES", help="JSON of each judge: row to letter.")
    ],
    *,
    by_kind: Annotated[bool, typer.Option("--by-kind", help="Count each kind of rows.")] = False,
) -> None:
    """Count what judges of blind sheets chose."""
    from training import blind  # noqa: PLC0415
    from training.markdown import table  # noqa: PLC0415

    judges = [json.loads(path.read_text(encoding="utf-8")) for path in choices]
    found = blind.tally(key, judges, by_title=by_kind)
    rows = [
        [title, name, str(won), str(rows), f"{won / rows:.0%}"]
        for (title, name), (won, rows) in found.items()
    ]
    print(table(["kind", "contender", "chosen", "of", "share"], rows))


def _contenders(
    others: list[Path], models: list[str], scales: list[int], weights: str
) -> "dict[int, list[Contender]]":
    """Return what is asked for, by scale; scales without any are left out."""
    from training import contenders  # noqa: PLC0415
    from training.ncnn_contender import of_ncnn  # noqa: PLC0415

    made = [
        of_ncnn(path) if path.suffix == ".param" else contenders.of_run(path) for path in others
    ]
    if len({other.name for other in made}) < len(made):
        raise ValueError("two runs are in folders of the same name")
    store = None if made and not models else ModelStore.open(weights)
    found: dict[int, list[Contender]] = {}
    for scale in scales:
        found[scale] = contenders.models(store, scale, models) if store else []
        found[scale] += [other for other in made if other.scale == scale]
    found = {scale: those for scale, those in found.items() if those}
    if not found:
        wanted = ", ".join(f"×{scale}" for scale in scales)
        raise ModelStoreError(f"no upscaler {wanted} to judge")
    return found
