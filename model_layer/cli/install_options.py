"""The options that say where weights go, and what is said when they are there. Without torch."""

import argparse
from typing import TYPE_CHECKING

from model_layer.cli import outputs
from model_layer.cli.commands import folder_of_weights
from model_layer.store.manifest import Model

if TYPE_CHECKING:
    from model_layer.store.install import Place


def add_place(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--into", type=outputs.folder, dest="weights", default=argparse.SUPPRESS,
                        metavar="DIR", help="folder with manifest.json, made if missing "
                        "(default: that of --weights)")  # fmt: skip
    parser.add_argument("--half", action="store_true", help="store in half precision")
    parser.add_argument("--default", action="store_true",
                        help="use it from now on, instead of the default there is")  # fmt: skip
    parser.add_argument("--replace", action="store_true",
                        help="put it in the place of a model of the same name")  # fmt: skip


def place_of(options: argparse.Namespace) -> "Place":
    """Return what the options ask for.

    Raises:
        ValueError: ``--weights`` names a bucket.
    """
    from model_layer.store.install import Place  # noqa: PLC0415

    return Place(folder_of_weights(options), options.half, options.default, options.replace)


def placed(model: Model, place: "Place") -> str:
    """Say what was written, and which model the effect uses now; two lines."""
    default = place.default_for(model)
    what = model.effect if model.effect == "neon" else f"{model.effect} ×{model.scale}"
    stays = "" if default == model.name else "; --default would make it this one"
    return (
        f"{model.name}: {model.file}, {model.bytes / 1e6:.1f} MB, SHA-256 {model.sha256}\n"
        f"  default for {what}: {default}{stays}"
    )
