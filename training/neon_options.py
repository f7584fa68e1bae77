"""The command line of the neon training. Does without torch."""

import argparse
import dataclasses
from pathlib import Path
from types import UnionType
from typing import Any, get_args, get_type_hints

from model_layer.cli import outputs
from training import commands
from training.recipe import NeonRecipe

_Commands = Any  # argparse keeps the class of subparsers to itself


def add_train_neon(command: _Commands) -> None:
    """Add ``train-neon``: every choice of a recipe is an option."""
    parser = command.add_parser("train-neon", help="train the neon generator")
    _add_folders(parser)
    _add_judges(parser)
    parser.add_argument("-o", "--output", type=outputs.folder, required=True, metavar="DIR",
                        help="run folder; an unfinished run goes on")  # fmt: skip
    parser.add_argument("--start", type=Path, metavar="FILE",
                        help="generator to fine-tune, a safetensors file")  # fmt: skip
    parser.add_argument("--start-discriminator", type=Path, metavar="FILE",
                        help="checkpoint.pt of the run that --start is from")  # fmt: skip
    parser.add_argument("--workers", type=int, default=1, metavar="N",
                        help="processes that make training pairs (default: 1)")  # fmt: skip
    choices = parser.add_argument_group("recipe")
    hints = get_type_hints(NeonRecipe)
    for choice in dataclasses.fields(NeonRecipe):
        if choice.name == "fine_tune":  # follows from --start
            continue
        kind = hints[choice.name]
        shown = "" if choice.default is None else f" (default: {choice.default})"
        choices.add_argument(
            f"--{choice.name.replace('_', '-')}",
            type=get_args(kind)[0] if isinstance(kind, UnionType) else kind,
            metavar="N",
            help=choice.metadata["help"] + shown,
        )
    parser.set_defaults(run=commands.train_neon)


def add_smooth_neon(command: _Commands) -> None:
    """Add ``smooth-neon``: free trained weights of their grid."""
    parser = command.add_parser(
        "smooth-neon", help="turn a generator's transposed convolutions into resize-convolutions"
    )
    parser.add_argument("file", type=Path, help="weights, a safetensors file")
    parser.add_argument("folders", type=Path, nargs="+", metavar="DIR", help="neon pictures")
    parser.add_argument("-o", "--output", type=outputs.file, required=True, metavar="FILE")
    parser.add_argument("--size", type=int, default=512, help="side of a picture (default: 512)")
    parser.add_argument("--batches", type=int, default=30, help="of four pictures (default: 30)")
    parser.set_defaults(run=commands.smooth_neon)


def add_contact_sheet(command: _Commands) -> None:
    """Add ``contact-sheet``: see training pairs as the network will."""
    parser = command.add_parser("contact-sheet", help="show training pairs, input above target")
    _add_folders(parser)
    parser.add_argument("-o", "--output", type=outputs.picture, required=True, metavar="FILE",
                        help="PNG or JPEG")  # fmt: skip
    parser.add_argument("--pairs", type=int, default=24, metavar="N", help="default: 24")
    parser.add_argument("--size", type=int, default=256, metavar="N",
                        help="side of a training crop, pixels (default: 256)")  # fmt: skip
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="that of the training")
    parser.set_defaults(run=commands.contact_sheet)


def add_compare_neon(command: _Commands) -> None:
    """Add ``compare-neon``: what each choice earns."""
    parser = command.add_parser("compare-neon", help="figures and a sheet of several neon runs")
    parser.add_argument("runs", type=Path, nargs="+", metavar="RUN", help="folders of train-neon")
    _add_judges(parser)
    parser.add_argument("-o", "--output", type=outputs.picture, metavar="FILE",
                        help="save results side by side, PNG or JPEG")  # fmt: skip
    parser.add_argument("--steps", type=int, nargs="+", metavar="N",
                        help="to compare at (default: up to four that all have)")  # fmt: skip
    parser.add_argument("--size", type=int, default=512, metavar="N",
                        help="side of the photos, pixels, a multiple of 256 (default: 512, "
                             "as while training)")  # fmt: skip
    parser.set_defaults(run=commands.compare_neon)


def add_evaluate_neon(command: _Commands) -> None:
    """Add ``evaluate-neon``: the figures of a model card."""
    parser = command.add_parser("evaluate-neon", help="figures for the neon effect")
    parser.add_argument("folders", type=Path, nargs="+", metavar="DIR", help="ordinary photos")
    _add_held_out(parser)
    judged = parser.add_mutually_exclusive_group()
    judged.add_argument("--model", metavar="NAME",
                        help="of the manifest (default: the one that the effect uses)")  # fmt: skip
    judged.add_argument("--file", type=Path, metavar="FILE",
                        help="safetensors file of a training, instead of a model")  # fmt: skip
    parser.add_argument("--sheet", type=outputs.picture, metavar="FILE",
                        help="save all results side by side, PNG or JPEG")  # fmt: skip
    parser.add_argument(
        "--card", type=outputs.file, metavar="FILE", help="save the tables as Markdown"
    )
    parser.add_argument("--csv", type=outputs.file, metavar="FILE",
                        help="save the figures of each picture, least detail first")  # fmt: skip
    parser.set_defaults(run=commands.evaluate_neon)


def _add_folders(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folders", type=Path, nargs="+", metavar="DIR", help="neon pictures")


def _add_held_out(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--judge", type=Path, nargs="+", required=True, metavar="DIR",
                        help="neon pictures held out")  # fmt: skip


def _add_judges(parser: argparse.ArgumentParser) -> None:
    _add_held_out(parser)
    parser.add_argument("--photos", type=Path, nargs="+", required=True, metavar="DIR",
                        help="ordinary photos to judge by, never trained on")  # fmt: skip
