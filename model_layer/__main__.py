"""The command line: python -m model_layer COMMAND."""

import argparse
import logging
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import get_args

from model_layer.cli import commands
from model_layer.cli.plan import add_plan
from model_layer.cli.pretrained import add_commands as add_foreign_weights
from model_layer.effects import Strength
from model_layer.store.bucket import SCHEME
from model_layer.store.manifest import Inputs
from model_layer.store.publish import PublishError
from model_layer.store.store import ModelStoreError

WEIGHTS = Path(__file__).parent.parent / "weights"


def add_weights(parser: argparse.ArgumentParser) -> None:
    """Add the option that says where the models are."""
    parser.add_argument(
        "--weights", type=place, default=WEIGHTS, metavar="PLACE",
        help="folder with manifest.json, or s3://BUCKET/PREFIX",
    )  # fmt: skip


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m model_layer", description=__doc__)
    add_weights(parser)
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
        "--from", dest="weights", type=place, default=argparse.SUPPRESS, metavar="DIR",
        help="folder with manifest.json (default: that of --weights)",
    )  # fmt: skip
    publish.set_defaults(run=commands.publish)

    add_foreign_weights(command)
    return parser


def _add_pictures(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("photos", type=Path, nargs="+", metavar="PHOTO", help="file or folder")
    parser.add_argument(
        "-o", "--output", type=Path, required=True, metavar="OUT",
        help="file (for one photo), or folder",
    )  # fmt: skip
    parser.add_argument("--device", help="torch device (default: a GPU when there is one)")


def place(text: str) -> str | Path:
    """Read a folder, or the address of a bucket."""
    return text if text.startswith(SCHEME) else Path(text)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; see :func:`run`."""
    return run(_parser(), arguments)


def run(parser: argparse.ArgumentParser, arguments: Sequence[str] | None) -> int:
    """Run the command that the arguments name; report what ends it in one line.

    Returns:
        The exit code: 0 done, 1 some photos failed, 2 nothing could be done.
    """
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    logging.getLogger("botocore").setLevel(logging.WARNING)  # it tells where credentials are from
    options = parser.parse_args(arguments)
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
