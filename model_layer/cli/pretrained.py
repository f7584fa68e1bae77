"""The commands ``import`` and ``pull``. torch and the hub's client are imported when they run."""

import argparse
import logging
from pathlib import Path
from typing import TYPE_CHECKING

from model_layer.cli.install_options import add_place, place_of, placed

if TYPE_CHECKING:
    _Commands = argparse._SubParsersAction[argparse.ArgumentParser]


def add_commands(command: "_Commands") -> None:
    """Declare ``import`` and ``pull``."""
    _add_import(command.add_parser("import", help="take in a Pix2Pix generator trained elsewhere"))
    _add_pull(command.add_parser("pull", help="fetch published upscaling weights from the hub"))


def _add_import(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE", help="checkpoint of a generator")
    parser.add_argument("--name", required=True, help="of the model")
    parser.add_argument("--licence", required=True, help="of the weights")
    add_place(parser)
    parser.set_defaults(run=import_)


def _add_pull(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("repository", metavar="OWNER/NAME",
                        help="on the Hugging Face hub, such as eugenesiow/edsr-base")  # fmt: skip
    parser.add_argument("--scale", type=int, choices=(2, 3, 4), nargs="+", default=[2],
                        dest="scales", help="one or several; default: 2")  # fmt: skip
    parser.add_argument("--licence", help="of the weights (default: what their card states)")
    add_place(parser)
    parser.set_defaults(run=pull)


def import_(options: argparse.Namespace) -> int:
    """``import FILE --name NAME --licence LICENCE``."""
    from model_layer.store.pretrained.importing import import_generator  # noqa: PLC0415

    place = place_of(options)
    model = import_generator(options.file, options.name, options.licence, place)
    print(placed(model, place))
    return 0


def pull(options: argparse.Namespace) -> int:
    """``pull OWNER/NAME --scale N…``."""
    try:
        from model_layer.store.pretrained import pull as pulling  # noqa: PLC0415
    except ModuleNotFoundError as error:  # the hub's client is not needed to run the bot
        raise OSError(f"{error.name} is missing: pip install -r requirements-dev.txt") from error

    for chatty in ("httpx2", "huggingface_hub"):  # each request, each repetition
        logging.getLogger(chatty).setLevel(logging.ERROR)
    place = place_of(options)
    scales = sorted(set(options.scales))
    for pulled in pulling.pull(options.repository, scales, place, options.licence):
        print(placed(pulled.model, place))
        found = pulled.trial
        print(f"  test photo: {found.network:.2f} dB, bicubic {found.bicubic:.2f}")
        print(f"  licence: {pulled.model.licence}")
    return 0
