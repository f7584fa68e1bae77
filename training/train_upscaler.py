"""Train a super-resolution network on a folder of photos.

L1 on patches, flips and rotations, Adam with a cosine schedule; the weights that are kept are an
exponential moving average. A network for ×3 or ×4 can start from the body of one for ×2.
"""

import logging
import math
import os
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as nnf
from tqdm import tqdm

from model_layer.upscaling.psnr import crop_to_multiple, psnr, shrink
from training import curves
from training.dataset import ByteArray, find_pictures
from training.degradation import recompress
from training.loop import (
    DivergedError,
    StopRequest,
    average,
    batches,
    set_cosine_rate,
)
from training.patches import PatchPairs, load_photos
from training.upscaler_recipe import UpscalerRecipe
from training.upscaler_run import UpscalerRun

logger = logging.getLogger(__name__)

JUDGED_QUALITY = 80  # of the JPEGs that a training on degraded inputs is judged by
EXACT = 100.0  # dB; a photo that comes out to the last bit must not outweigh all others


@dataclass(frozen=True)
class Judge:
    """Photos held out, to tell by how good a network is.

    Args:
        high: arrays (H, W, 3) whose sides divide by the scale.
        low: what the network is shown of each.
        scale: of the network.
    """

    high: list[ByteArray]
    low: list[ByteArray]
    scale: int

    @classmethod
    def of(cls, photos: list[ByteArray], recipe: UpscalerRecipe) -> "Judge":
        """Make the inputs of a recipe from photos: shrunk, and for some recipes compressed."""
        high = [crop_to_multiple(photo, recipe.scale) for photo in photos]
        low = [shrink(photo, recipe.scale) for photo in high]
        if recipe.degrade:
            low = [recompress(photo, JUDGED_QUALITY) for photo in low]
        return cls(high, low, recipe.scale)

    def psnr(self, network: nn.Module) -> float:
        """Mean PSNR on Y, dB; of each photo :data:`EXACT` at most."""
        found = (psnr(enlarge(network, x), y, self.scale) for x, y in zip(self.low, self.high))
        return float(np.mean([min(each, EXACT) for each in found]))


def enlarge(network: nn.Module, picture: ByteArray) -> ByteArray:
    """Run a network on (H, W, 3) bytes, whole; the result is its scale times as high and wide."""
    device = next(network.parameters()).device
    x = torch.from_numpy(picture.copy()).permute(2, 0, 1)[None].float().to(device) / 255
    with torch.inference_mode():
        y = network(x)[0].clamp(0, 1).permute(1, 2, 0)
    result: ByteArray = (y * 255).round().byte().cpu().numpy()
    return result


def train_step(run: UpscalerRun, x: Tensor, y: Tensor) -> float:
    """One update; returns the L1 loss.

    Args:
        run: network and optimizer.
        x: inputs, (N, 3, H, W) in 0..1.
        y: targets, the recipe's scale times as high and wide.

    Raises:
        DivergedError: the loss is not finite.
    """
    recipe = run.recipe
    done = run.step / recipe.steps
    set_cosine_rate(run.optimizer, recipe.learning_rate, done)
    # bfloat16 is about 1.7 times as fast on a CPU that has it, more on a GPU; the last quarter,
    # where the learning rate is small and rounding would show, is float32.
    mixed = recipe.mixed_precision and done <= 0.75
    with torch.autocast(x.device.type, torch.bfloat16, enabled=mixed):
        predicted = run.network(x)
    loss = nnf.l1_loss(predicted.float(), y)
    if not math.isfinite(found := loss.item()):
        raise DivergedError(f"diverged at step {run.step}; try a lower learning rate")
    run.optimizer.zero_grad(set_to_none=True)
    loss.backward()  # type: ignore[no-untyped-call]
    run.optimizer.step()
    run.step += 1
    average(run.averaged, run.network, recipe.ema, run.step)
    return found


def train(
    photos: list[Path],
    validation: list[Path],
    out: Path,
    recipe: UpscalerRecipe,
    start: Path | None = None,
) -> None:
    """Train, or go on training, into the folder ``out``.

    A run that was interrupted ends with the same weights, bit by bit, and the same figures as
    one that was not (on a CPU; a GPU does not promise that).

    Args:
        photos: folders to learn from.
        validation: folders to judge by.
        out: receives ``checkpoint.pt`` (to resume), ``best.safetensors`` (averaged weights with
            the best validation PSNR, and the recipe), ``log.csv`` and ``curves.png``.
        recipe: the choices; all but ``steps`` and ``every`` must be the same when a run goes on.
        start: weights of another scale to begin with.

    Raises:
        EmptyFolderError: a folder holds no usable picture.
        CheckpointError: ``out`` holds a run with other choices.
        DivergedError: the loss is not finite; the last checkpoint is kept.
        ValueError: the architecture does not exist or has no such parameters, ``start`` is no
            file of weights, nothing in it fits, or the photos are too small for the recipe.
    """
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    run = UpscalerRun(recipe, device)
    if run.resume(out):
        logger.info("going on at step %d", run.step)
    elif start:
        run.begin_with(start)
    if run.step >= recipe.steps:
        logger.info("%s is finished", out)
        return
    smallest = recipe.patch * recipe.scale
    pairs = PatchPairs(load_photos(find_pictures(photos), smallest, recipe.sizes), recipe)
    judge = Judge.of(load_photos(find_pictures(validation), 4 * recipe.scale), recipe)
    out.mkdir(parents=True, exist_ok=True)

    workers = 1 if device.type == "cpu" else min(8, os.cpu_count() or 1)
    loader = batches(pairs, recipe.batch, run.step, recipe.steps, workers=workers)
    progress = tqdm(loader, initial=run.step, total=recipe.steps, unit="step", smoothing=0.02)
    with StopRequest() as stop:
        started = monotonic()
        for pair in progress:
            x, y = (part.to(device, memory_format=torch.channels_last) for part in pair)
            run.losses.append(train_step(run, x, y))
            judged = run.step % recipe.every == 0 or run.step == recipe.steps
            if judged:
                found = judge.psnr(run.averaged)
                run.judged(out, found)
                progress.set_postfix(psnr=f"{found:.2f}", best=f"{run.best:.2f}")
            if judged or stop.made:
                now = monotonic()
                run.seconds, started = run.seconds + now - started, now
                run.save(out)
            if judged:
                curves.draw({out.name: run.history}).save(out / "curves.png")
            if stop.made:
                logger.info("stopped at step %d; start again to go on", run.step)
                return
