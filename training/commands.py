"""Commands for the runs of either training. torch is imported when they run."""

from pathlib import Path
from typing import Annotated

import typer

from model_layer.cli import outputs
from model_layer.cli.install_options import InstallOptions, installed
from model_layer.cli.options import with_settings
from model_layer.store.manifest import Inputs


def training_curves(
    runs: Annotated[list[Path], typer.Argument(metavar="RUN", help="Folders of trainings.")],
    output: Annotated[Path, typer.Option("--output", "-o", parser=outputs.picture, metavar="FILE")],
) -> None:
    """Draw the curves of trainings, from their logs."""
    from training import curves  # noqa: PLC0415
    from training.frame import LOG, read_log  # noqa: PLC0415

    # By whole paths: the folders of two runs may have the same name.
    histories = {str(run): read_log(run / LOG) for run in runs}
    if missing := [run for run, history in histories.items() if not history]:
        raise ValueError(f"{missing[0]}: holds no {LOG}")
    outputs.save(curves.draw(histories), output)


@with_settings
def add(
    file: Annotated[
        Path,
        typer.Argument(metavar="RUN", help="Folder of a training, its checkpoint, or weights."),
    ],
    *,
    name: Annotated[str, typer.Option(help="Of the model.")],
    licence: Annotated[str, typer.Option(help="Of the weights.")],
    install: InstallOptions,
    architecture: Annotated[
        str | None,
        typer.Option(help="pix2pix, edsr, …; by default read from the file."),
    ] = None,
    parameter: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=VALUE",
            help="Of the architecture, where the file does not say; may be repeated.",
        ),
    ] = None,
    inputs: Annotated[
        Inputs | None,
        typer.Option(help="What pictures it is for; by default those it was trained on."),
    ] = None,
    bank: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="DIR", help="Neon pictures whose light photos may get; may be repeated."
        ),
    ] = None,
    made: Annotated[
        int,
        typer.Option(
            min=0, help="Of lights made on each picture of --bank, where these are photos."
        ),
    ] = 0,
) -> None:
    """Add trained weights to the manifest."""
    from training.adding import add_trained  # noqa: PLC0415

    target = install.target()
    parameters = dict(map(parse_parameter, parameter or ()))
    model = add_trained(
        file, name, licence, target,
        architecture=architecture, parameters=parameters, inputs=inputs, bank=bank or (),
        made=made,
    )  # fmt: skip
    print(installed(model, target))
    print(f"  card: {target.folder / model.card}")


def parse_parameter(text: str) -> tuple[str, int | float | bool]:
    """Read NAME=VALUE: a whole number, a number, true or false.

    Raises:
        ValueError: it is something else.
    """
    name, _, value = text.partition("=")
    switches = {"true": True, "false": False}
    try:
        if not name:
            raise ValueError
        if value.lower() in switches:
            return name, switches[value.lower()]
        return name, int(value) if value.lstrip("-").isdecimal() else float(value)
    except ValueError:
        raise ValueError(f"{text!r} is not NAME=NUMBER") from None
