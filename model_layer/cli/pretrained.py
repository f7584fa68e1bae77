"""The commands ``import`` and ``pull``. torch and the hub's client are imported when they run."""

import logging
from pathlib import Path
from typing import Annotated

import typer

from model_layer.cli.install_options import InstallOptions, installed
from model_layer.cli.options import with_settings


@with_settings
def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Checkpoint of a generator.")],
    name: Annotated[str, typer.Option(help="Of the model.")],
    licence: Annotated[str, typer.Option(help="Of the weights.")],
    install: InstallOptions,
) -> None:
    """Take in a Pix2Pix generator trained elsewhere."""
    from model_layer.store.pretrained.importing import import_generator  # noqa: PLC0415

    target = install.target()
    print(installed(import_generator(file, name, licence, target), target))


@with_settings
def pull(
    repository: Annotated[
        str,
        typer.Argument(
            metavar="OWNER/NAME", help="On the Hugging Face hub, such as eugenesiow/edsr-base."
        ),
    ],
    install: InstallOptions,
    scale: Annotated[list[int], typer.Option(min=2, max=4, help="May be repeated.")] = [2],  # noqa: B006
    licence: Annotated[
        str | None, typer.Option(help="Of the weights; by default what their card states.")
    ] = None,
) -> None:
    """Fetch published upscaling weights from the hub."""
    try:
        from model_layer.upscaling import pull as pulling  # noqa: PLC0415
    except ModuleNotFoundError as error:  # the hub's client is not needed to run the bot
        raise OSError(f"{error.name} is missing: pip install -r requirements-dev.txt") from error

    for chatty in ("httpx2", "huggingface_hub"):  # each request, each repetition
        logging.getLogger(chatty).setLevel(logging.ERROR)
    target = install.target()
    for pulled in pulling.pull(repository, sorted(set(scale)), target, licence):
        print(installed(pulled.model, target))
        found = pulled.trial
        print(f"  test photo: {found.network:.2f} dB, bicubic {found.bicubic:.2f}")
        print(f"  licence: {pulled.model.licence}")
