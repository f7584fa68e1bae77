"""The commands ``import`` and ``pull``. torch and the hub's client are imported when they run."""

import argparse
import logging
from pathlib import Path
from typing import TYPE_CHECKING

from model_layer.commands import folder_of_weights

if TYPE_CHECKING:
    from model_layer.foreign_weights.placing import Place
    from model_layer.manifest import Model

    _Commands = argparse._SubParsersAction[argparse.ArgumentParser]


def add_commands(command: "_Commands") -> None:
    """Declare ``import`` and ``pull``."""
    _add_import(command.add_parser("import", help="take in a Pix2Pix generator trained elsewhere"))
    _add_pull(command.add_parser("pull", help="fetch published upscaling weights from the hub"))


def _add_import(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE", help="checkpoint of a generator")
    parser.add_argument("--name", required=True, help="of the model")
    parser.add_argument("--licence", required=True, help="of the weights")
    _add_place(parser)
    parser.set_defaults(run=import_)


def _add_pull(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("repository", metavar="OWNER/NAME",
                        help="on the Hugging Face hub, such as eugenesiow/edsr-base")  # fmt: skip
    parser.add_argument("--scale", type=int, choices=(2, 3, 4), nargs="+", default=[2],
                        dest="scales", help="one or several; default: 2")  # fmt: skip
    parser.add_argument("--licence", help="of the weights (default: what their card states)")
    _add_place(parser)
    parser.set_defaults(run=pull)


def import_(options: argparse.Namespace) -> int:
    """``import FILE --name NAME --licence LICENCE``."""
    from model_layer.foreign_weights.importing import import_generator  # noqa: PLC0415

    place = _place(options)
    _say(import_generator(options.file, options.name, options.licence, place), place)
    return 0


def pull(options: argparse.Namespace) -> int:
    """``pull OWNER/NAME --scale N…``."""
    try:
        from model_layer.foreign_weights import pull as pulling  # noqa: PLC0415
    except ModuleNotFoundError as error:  # the hub's client is not needed to run the bot
        raise OSError(f"{error.name} is missing: pip install -r requirements-dev.txt") from error

    for chatty in ("httpx2", "huggingface_hub"):  # each request, each repetition
        logging.getLogger(chatty).setLevel(logging.ERROR)
    place = _place(options)
    scales = sorted(set(options.scales))
    for pulled in pulling.pull(options.repository, scales, place, options.licence):
        _say(pulled.model, place)
        found = pulled.trial
        print(f"  test photo: {found.network:.2f} dB, bicubic {found.bicubic:.2f}")
        print(f"  licence: {pulled.model.licence}")
    return 0


def _add_place(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--into", type=Path, dest="weights", default=argparse.SUPPRESS,
                        metavar="DIR", help="folder with manifest.json, made if missing "
                        "(default: that of --weights)")  # fmt: skip
    parser.add_argument("--half", action="store_true", help="store in half precision")
    parser.add_argument("--default", action="store_true",
                        help="use it from now on, instead of the default there is")  # fmt: skip
    parser.add_argument("--replace", action="store_true",
                        help="put it in the place of a model of the same name")  # fmt: skip


def _place(options: argparse.Namespace) -> "Place":
    from model_layer.foreign_weights.placing import Place  # noqa: PLC0415

    return Place(folder_of_weights(options), options.half, options.default, options.replace)


def _say(model: "Model", place: "Place") -> None:
    print(f"{model.name}: {model.file}, {model.bytes / 1e6:.1f} MB, SHA-256 {model.sha256}")
    default = place.default_for(model)
    what = model.effect if model.effect == "neon" else f"{model.effect} ×{model.scale}"
    stays = "" if default == model.name else "; --default would make it this one"
    print(f"  default for {what}: {default}{stays}")
