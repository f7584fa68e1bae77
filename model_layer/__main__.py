"""The command line: python -m model_layer COMMAND."""

import argparse
import logging
import sys
from collections.abc import Sequence
from pathlib import Path

from model_layer import commands
from model_layer.bucket import SCHEME
from model_layer.effects import Strength
from model_layer.publish import PublishError
from model_layer.store import ModelStoreError
from model_layer.training import commands as training

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
    upscale.set_defaults(run=commands.upscale)

    models = command.add_parser("models", help="list the models and what they cost")
    models.set_defaults(run=commands.models)

    publish = command.add_parser("publish", help="upload the models that changed to a bucket")
    publish.add_argument("target", metavar="s3://BUCKET/PREFIX")
    publish.add_argument(
        "--from", dest="weights", type=_place, default=argparse.SUPPRESS, metavar="DIR",
        help="folder with manifest.json (default: that of --weights)",
    )  # fmt: skip
    publish.set_defaults(run=commands.publish)

    train = command.add_parser("train-neon", help="train the neon generator")
    _add_training(train, steps=6000)
    train.add_argument("--judge", type=Path, nargs="+", required=True, metavar="DIR",
                       help="neon pictures held out")  # fmt: skip
    train.add_argument("--photos", type=Path, nargs="+", required=True, metavar="DIR",
                       help="ordinary photos to judge by, never trained on")  # fmt: skip
    train.add_argument("--features", type=int, default=32, help="width of the generator")
    train.set_defaults(run=training.train_neon)

    train = command.add_parser("train-upscaler", help="train a small EDSR")
    _add_training(train, steps=20_000)
    train.add_argument("--judge", type=Path, nargs="+", required=True, metavar="DIR",
                       help="photos held out")  # fmt: skip
    train.add_argument("--scale", type=int, choices=(2, 3, 4), default=2)
    train.add_argument("--start", type=Path, metavar="FILE", help="weights to begin with")
    train.set_defaults(run=training.train_upscaler)

    judge = command.add_parser("evaluate-neon", help="figures for the neon effect")
    judge.add_argument("folders", type=Path, nargs="+", metavar="DIR", help="ordinary photos")
    judge.add_argument("--judge", type=Path, nargs="+", required=True, metavar="DIR",
                       help="neon pictures held out")  # fmt: skip
    judge.add_argument("--sheet", type=Path, metavar="FILE", help="save all results side by side")
    judge.set_defaults(run=training.evaluate_neon)

    judge = command.add_parser("evaluate-upscaler", help="PSNR of an upscaler")
    judge.add_argument("folders", type=Path, nargs="+", metavar="DIR", help="sharp pictures")
    judge.add_argument("--scale", type=int, choices=(2, 3, 4), default=2)
    judge.set_defaults(run=training.evaluate_upscaler)

    add = command.add_parser("add", help="add trained weights to the manifest")
    add.add_argument("file", type=Path, help="safetensors file from a training")
    add.add_argument("--name", required=True)
    add.add_argument("--architecture", required=True, choices=("pix2pix", "edsr"))
    add.add_argument("--parameter", type=_parameter, action="append", default=[],
                     metavar="NAME=NUMBER",
                     help="of the architecture; may be repeated")  # fmt: skip
    add.add_argument("--licence", required=True, help="of the weights")
    add.add_argument("--half", action="store_true", help="store in half precision")
    add.set_defaults(run=training.add)
    return parser


def _add_pictures(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("photos", type=Path, nargs="+", metavar="PHOTO", help="file or folder")
    parser.add_argument(
        "-o", "--output", type=Path, required=True, metavar="OUT",
        help="file (for one photo), or folder",
    )  # fmt: skip
    parser.add_argument("--device", help="torch device (default: a GPU when there is one)")


def _place(text: str) -> str | Path:
    return text if text.startswith(SCHEME) else Path(text)


def _parameter(text: str) -> tuple[str, int]:
    name, _, number = text.partition("=")
    if not name or not number.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME=NUMBER")
    return name, int(number)


def _add_training(parser: argparse.ArgumentParser, steps: int) -> None:
    parser.add_argument("folders", type=Path, nargs="+", metavar="DIR", help="pictures")
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="DIR",
                        help="run folder; an unfinished run goes on")  # fmt: skip
    parser.add_argument("--steps", type=int, default=steps, help=f"default: {steps}")
    parser.add_argument("--seed", type=int, default=0)


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
