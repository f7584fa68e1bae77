"""Training and judging: python -m training COMMAND."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import get_args

from model_layer.__main__ import add_weights, run
from model_layer.cli.install_options import add_place
from model_layer.store.manifest import Inputs
from training import commands, neon_options, upscaler_commands, upscaler_options
from training.collect.commands import add_collect


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m training", description=__doc__)
    add_weights(parser)
    command = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)

    add_collect(command.add_parser("collect", help="gather pictures for training from Flickr"))

    neon_options.add_train_neon(command)
    neon_options.add_smooth_neon(command)
    neon_options.add_contact_sheet(command)
    neon_options.add_compare_neon(command)

    train = command.add_parser("train-upscaler", help="train a super-resolution network")
    upscaler_options.add_train_upscaler(train)
    train.set_defaults(run=upscaler_commands.train_upscaler)

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
    return parser


def _add_add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, help="safetensors file from a training")
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
    parser.set_defaults(run=commands.add)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; see :func:`model_layer.__main__.run`."""
    return run(_parser(), arguments)


if __name__ == "__main__":
    sys.exit(main())
