"""The commands that judge upscalers. torch is imported when they run."""

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
Quality = Annotated[int, typer.Option(min=1, max=95, help="Of the JPEG for recompressed inputs.")]


def evaluate_upscaler(
    folders: Sharp,
    *,
    scale: Annotated[
        list[int] | None, typer.Option(min=2, max=4, help="May be repeated; by default all.")
    ] = None,
    model: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME",
            help="Of the manifest; may be repeated. By default all, or none with --run.",
        ),
    ] = None,
    run: Annotated[
        list[Path] | None,
        typer.Option(metavar="RUN", help="Folder of a training; may be repeated."),
    ] = None,
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
    """Measure PSNR and SSIM of upscalers."""
    from training import crop_sheet, evaluation_report  # noqa: PLC0415
    from training.evaluate_upscaler import evaluate  # noqa: PLC0415

    crops = []
    asked = _contenders(run or [], model or [], scale or list(SCALES), weights)
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


def _contenders(
    runs: list[Path], models: list[str], scales: list[int], weights: str
) -> "dict[int, list[Contender]]":
    """Return the networks that are asked for, by scale; those without any are left out."""
    from training import contenders  # noqa: PLC0415

    trained = [contenders.of_run(path) for path in runs]
    if len({run.name for run in trained}) < len(trained):
        raise ValueError("two runs are in folders of the same name")
    store = None if trained and not models else ModelStore.open(weights)
    found: dict[int, list[Contender]] = {}
    for scale in scales:
        found[scale] = contenders.models(store, scale, models) if store else []
        found[scale] += [run for run in trained if run.network.scale == scale]
    found = {scale: those for scale, those in found.items() if those}
    if not found:
        wanted = ", ".join(f"×{scale}" for scale in scales)
        raise ModelStoreError(f"no upscaler {wanted} to judge")
    return found
