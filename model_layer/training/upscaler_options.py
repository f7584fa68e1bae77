"""The options of the commands that judge upscalers. Does without torch."""

import argparse
from pathlib import Path

from model_layer import outputs
from model_layer.effects import SCALES


def add_training_curves(parser: argparse.ArgumentParser) -> None:
    """Declare the options of ``training-curves``."""
    parser.add_argument("runs", type=Path, nargs="+", metavar="RUN", help="folder of a training")
    parser.add_argument("-o", "--output", type=outputs.picture, required=True, metavar="FILE",
                        help="PNG or JPEG")  # fmt: skip


def add_evaluate_upscaler(parser: argparse.ArgumentParser) -> None:
    """Declare the options of ``evaluate-upscaler``."""
    parser.add_argument("folders", type=Path, nargs="+", metavar="DIR", help="sharp pictures")
    parser.add_argument("--scale", type=int, choices=SCALES, action="append",
                        help="may be repeated (default: all)")  # fmt: skip
    parser.add_argument("--model", action="append", default=[], metavar="NAME",
                        help="of the manifest; may be repeated (default: all, "
                             "or with --run none)")  # fmt: skip
    parser.add_argument("--run", dest="trained", type=Path, action="append", default=[],
                        metavar="RUN", help="folder of a training; may be repeated")  # fmt: skip
    parser.add_argument("--degraded", action="store_true",
                        help="recompress the inputs as a messenger does")  # fmt: skip
    _add_quality(parser)
    parser.add_argument("--each", action="store_true", help="list every picture's figures")
    parser.add_argument("--sheet", type=outputs.picture, metavar="FILE",
                        help="save the crops where networks and bicubic differ most")  # fmt: skip


def add_upscaler_card(parser: argparse.ArgumentParser) -> None:
    """Declare the options of ``upscaler-card``."""
    parser.add_argument("model", metavar="MODEL", help="name in the manifest")
    parser.add_argument("folders", type=Path, nargs="+", metavar="DIR", help="sharp pictures")
    parser.add_argument("--run", dest="run_folder", type=Path, metavar="RUN",
                        help="folder of its training, for recipe and curves")  # fmt: skip
    _add_quality(parser)
    parser.add_argument("--write", action="store_true", help="put the sections into the card")


def parameter(text: str) -> tuple[str, int | float | bool]:
    """Read NAME=VALUE: a whole number, a number, true or false."""
    name, _, value = text.partition("=")
    switches = {"true": True, "false": False}
    try:
        if not name:
            raise ValueError
        if value.lower() in switches:
            return name, switches[value.lower()]
        return name, int(value) if value.lstrip("-").isdecimal() else float(value)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME=NUMBER") from None


def _add_quality(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--quality", type=int, choices=range(1, 96), default=80, metavar="1…95",
                        help="of the JPEG for recompressed inputs (default: 80)")  # fmt: skip
