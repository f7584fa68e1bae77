"""The command ``add``. torch is imported when it runs."""

from pathlib import Path
from typing import Annotated

import typer

from model_layer.cli.install_options import InstallOptions, placed
from model_layer.cli.options import with_settings
from model_layer.store.manifest import Inputs


@with_settings
def add(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Weights of a training.")],
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
) -> None:
    """Add trained weights to the manifest."""
    from training.adding import add_trained  # noqa: PLC0415

    place = install.place()
    parameters = dict(map(parse_parameter, parameter or ()))
    model = add_trained(
        file, name, licence, place,
        architecture=architecture, parameters=parameters, inputs=inputs,
    )  # fmt: skip
    print(placed(model, place))
    print(f"  card: {place.folder / model.card}")


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
