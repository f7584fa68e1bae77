"""The options of the commands that train and judge upscalers. Does without torch."""

import argparse
from pathlib import Path

from model_layer.cli import outputs
from model_layer.effects import SCALES


def add_train_upscaler(parser: argparse.ArgumentParser) -> None:
    """Declare the options of ``train-upscaler``."""
    parser.add_argument("folders", type=Path, nargs="+", metavar="DIR", help="photos")
    parser.add_argument("-o", "--output", type=outputs.folder, required=True, metavar="RUN",
                        help="folder of the run; an unfinished one goes on")  # fmt: skip
    parser.add_argument("--judge", type=Path, nargs="+", required=True, metavar="DIR",
                        help="photos held out")  # fmt: skip
    parser.add_argument("--scale", type=int, choices=SCALES, default=2, help="default: 2")
    parser.add_argument("--architecture", default="edsr", metavar="NAME",
                        help="one of super-image's: edsr (default), pan, carn, …")  # fmt: skip
    parser.add_argument("--parameter", type=parameter, action="append", default=[],
                        metavar="NAME=VALUE",
                        help="of the architecture, may be repeated; for edsr the default is "
                             "n_resblocks=8 n_feats=32")  # fmt: skip
    parser.add_argument("--start", type=Path, metavar="FILE",
                        help="weights to begin with; what does not fit is left out")  # fmt: skip
    parser.add_argument(
        "--degrade",
        action="store_true",
        help="train on inputs as messengers make them: JPEG, slight blur, noise",
    )
    parser.add_argument(
        "--sampling",
        choices=("uniform", "detail"),
        default="detail",
        help="patches from anywhere, or where bicubic errs (default)",
    )
    parser.add_argument("--size", type=float, action="append", metavar="SHARE",
                        help="shrink photos to this share of their sides; may be repeated "
                             "(default: 0.75 0.5 0.35)")  # fmt: skip
    parser.add_argument("--patch", type=int, default=40, metavar="PIXELS",
                        help="side of a low-resolution patch (default: 40)")  # fmt: skip
    parser.add_argument("--batch", type=int, default=16, help="patches a step (default: 16)")
    parser.add_argument("--learning-rate", type=float, default=5e-4, metavar="RATE",
                        help="at the beginning (default: 5e-4)")  # fmt: skip
    parser.add_argument("--every", type=int, default=1000, metavar="STEPS",
                        help="between validations (default: 1000)")  # fmt: skip
    parser.add_argument("--steps", type=int, default=20_000, help="default: 20000")
    parser.add_argument("--seed", type=int, default=0, help="of every random choice")
    parser.add_argument("--full-precision", action="store_true",
                        help="float32 throughout, for processors slow at bfloat16")  # fmt: skip


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
                             "or with --file none)")  # fmt: skip
    parser.add_argument("--file", type=Path, action="append", default=[], metavar="FILE",
                        help="best.safetensors of a training; may be repeated")  # fmt: skip
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
