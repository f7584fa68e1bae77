"""The command line: python -m model_layer COMMAND."""

import argparse
import logging
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import get_args

from model_layer import commands
from model_layer.bucket import SCHEME
from model_layer.effects import Strength
from model_layer.foreign_weights.commands import add_commands as add_foreign_weights
from model_layer.manifest import Inputs
from model_layer.place_options import add_place
from model_layer.planning.commands import add_plan
from model_layer.publish import PublishError
from model_layer.store import ModelStoreError
from model_layer.training import commands as training
from model_layer.training import neon_options, upscaler_commands, upscaler_options
from model_layer.training.collect.commands import add_collect

WEIGHTS = Path(__file__).parent.parent / "weights"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m model_layer", description=__doc__)
    parser.add_argument(
        "--weights", type=_place, default=WEIGHTS, metavar="PLACE",
        help="folder with manifest.json, or s3://BUCKET/PREFIX",
    )  # fmt: skip
    command = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)

    neon = command.add_parser("neon", help="re-colour photos in cyberpunk light")
    _add_pictures(neon)
    neon.add_argument(
        "--strength", choices=[*map(str, Strength)], default=str(Strength.NEON), metavar="HOW",
        help="soft, neon (default) or max",
    )  # fmt: skip
    neon.set_defaults(run=commands.neon)

    upscale = command.add_parser("upscale", help="enlarge photos two to four times")
    _add_pictures(upscale)
    upscale.add_argument("--scale", type=int, choices=(2, 3, 4), default=2, help="default: 2")
    upscale.add_argument(
        "--inputs", choices=get_args(Inputs), default="clean",
        help="what the photos are like: clean (default), or compressed as by a messenger",
    )  # fmt: skip
    upscale.set_defaults(run=commands.upscale)

    models = command.add_parser("models", help="list the models and what they cost")
    models.set_defaults(run=commands.models)

    add_plan(command.add_parser("plan", help="predict seconds and memory"))

    publish = command.add_parser("publish", help="upload the models that changed to a bucket")
    publish.add_argument("target", metavar="s3://BUCKET/PREFIX")
    publish.add_argument(
        "--from", dest="weights", type=_place, default=argparse.SUPPRESS, metavar="DIR",
        help="folder with manifest.json (default: that of --weights)",
    )  # fmt: skip
    publish.set_defaults(run=commands.publish)

    add_collect(command.add_parser("collect", help="gather pictures for training from Flickr"))

    neon_options.add_train_neon(command)
    neon_options.add_smooth_neon(command)
    neon_options.add_contact_sheet(command)
    neon_options.add_compare_neon(command)

    curves = command.add_parser("training-curves", help="draw the curves of upscalers' trainings")
    upscaler_options.add_training_curves(curves)
    curves.set_defaults(run=upscaler_commands.training_curves)

    neon_options.add_evaluate_neon(command)

    judge = command.add_parser("evaluate-upscaler", help="PSNR and SSIM of upscalers")
    upscaler_options.add_evaluate_upscaler(judge)
    judge.set_defaults(run=upscaler_commands.evaluate_upscaler)

    card = command.add_parser("upscaler-card", help="measure what an upscaler's card states")
    upscaler_options.add_upscaler_card(card)
    card.set_defaults(run=upscaler_commands.upscaler_card)

    _add_add(command.add_parser("add", help="add trained weights to the manifest"))
    add_foreign_weights(command)
    return parser


def _add_pictures(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("photos", type=Path, nargs="+", metavar="PHOTO", help="file or folder")
    parser.add_argument(
        "-o", "--output", type=Path, required=True, metavar="OUT",
        help="file (for one photo), or folder",
    )  # fmt: skip
    parser.add_argument("--device", help="torch device (default: a GPU when there is one)")


def _add_add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "file", type=Path, help="safetensors file, or folder of an upscaler's training"
    )
    parser.add_argument("--name", required=True)
    parser.add_argument("--licence", required=True, help="of the weights")
    parser.add_argument("--architecture", help="pix2pix, edsr, … (default: read from the file)")
    parser.add_argument("--parameter", type=upscaler_options.parameter, action="append", default=[],
                     metavar="NAME=VALUE", help="of the architecture, where the file does not say; "
                     "may be repeated")  # fmt: skip
    parser.add_argument(
        "--inputs", choices=get_args(Inputs),
        help="what pictures it is for: clean, or compressed as by a messenger "
             "(default: those it was trained on)",
    )  # fmt: skip
    add_place(parser)
    parser.set_defaults(run=training.add)


def _place(text: str) -> str | Path:
    return text if text.startswith(SCHEME) else Path(text)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command.

    Returns:
        The exit code: 0 done, 1 some photos failed, 2 nothing could be done.
    """
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    logging.getLogger("botocore").setLevel(logging.WARNING)  # it tells where credentials are from
    options = _parser().parse_args(arguments)
    try:
        code: int = options.run(options)
    except (ModelStoreError, PublishError, ValueError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return 130
    return code


if __name__ == "__main__":
    sys.exit(main())
