"""What the commands for training do. torch is imported by those that need it."""

import argparse

from model_layer.commands import folder_of_weights
from model_layer.effects import Upscale
from model_layer.store import ModelStore


def train_neon(options: argparse.Namespace) -> int:
    """``train-neon DIR… -o RUN``."""
    from model_layer.training.train_neon import NeonRecipe, train  # noqa: PLC0415

    recipe = NeonRecipe(features=options.features, steps=options.steps, seed=options.seed)
    train(options.folders, options.photos, options.judge, options.output, recipe)
    return 0


def train_upscaler(options: argparse.Namespace) -> int:
    """``train-upscaler DIR… -o RUN``."""
    from model_layer.training.train_upscaler import UpscalerRecipe, train  # noqa: PLC0415

    recipe = UpscalerRecipe(scale=options.scale, steps=options.steps, seed=options.seed)
    train(options.folders, options.judge, options.output, recipe, options.start)
    return 0


def evaluate_neon(options: argparse.Namespace) -> int:
    """``evaluate-neon DIR… --judge DIR…``."""
    from model_layer.engine import Engine  # noqa: PLC0415
    from model_layer.training.evaluate import evaluate_neon as evaluate  # noqa: PLC0415

    engine = Engine(ModelStore.open(options.weights))
    found = evaluate(engine, options.folders, options.judge)
    print(f"colourfulness     {found.colourfulness:.1f}")
    print(f"palette distance  {found.palette:.1f}")
    print(f"detail            {found.detail:.3f}")
    print(f"hue variety       {found.hue_variety:.0%}")
    if options.sheet:
        found.sheet.save(options.sheet, quality=90)
    return 0


def evaluate_upscaler(options: argparse.Namespace) -> int:
    """``evaluate-upscaler DIR… --scale N``."""
    from model_layer.engine import Engine  # noqa: PLC0415
    from model_layer.training.evaluate import evaluate_upscaler as evaluate  # noqa: PLC0415

    engine = Engine(ModelStore.open(options.weights))
    rows = evaluate(engine, Upscale(options.scale), options.folders)
    mean = (
        "mean",
        sum(row[1] for row in rows) / len(rows),
        sum(row[2] for row in rows) / len(rows),
    )
    print(f"{'picture':<32} bicubic  network  (PSNR on Y, dB)")
    for name, bicubic, network in [*rows, mean]:
        print(f"{name[:32]:<32} {bicubic:7.2f}  {network:7.2f}")
    return 0


def add(options: argparse.Namespace) -> int:
    """``add FILE --name NAME …``."""
    from model_layer import packaging  # noqa: PLC0415

    parameters = dict(options.parameter)
    model = packaging.add(
        folder_of_weights(options),
        options.name,
        packaging.read_weights(options.file),
        effect="neon" if options.architecture == "pix2pix" else "upscale",
        architecture=options.architecture,
        parameters=parameters,
        licence=options.licence,
        scale=parameters.get("scale", 1),
        half=options.half,
    )
    print(f"{model.name}: {model.file}, {model.bytes / 1e6:.1f} MB, SHA-256 {model.sha256}")
    return 0
