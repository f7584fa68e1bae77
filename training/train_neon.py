"""Train the neon generator: Pix2Pix from grey to neon, readable from top to bottom.

The recipe is the paper's (https://arxiv.org/abs/1611.07004): Adam 2e-4 with betas 0.5 and 0.999,
BCE-with-logits against a PatchGAN plus lambda times L1. Two things calm the adversarial swings
that otherwise ruin a good network within minutes: the weights that are kept are an exponential
moving average, and the learning rate falls along a cosine. The best of the kept ones is chosen by
figures on photos, not by a loss.

On one CPU or GPU: ``python -m model_layer train-neon …``. On several GPUs:
``torchrun --nproc-per-node 4 -m model_layer train-neon …``.
"""

import logging
import math
from pathlib import Path

import torch
from torch import Tensor

from training import curves
from training import recipe as recipes
from training.dataset import NeonPairs, find_pictures
from training.loop import (
    DivergedError,
    average,
    save_weights,
    seed_step,
    set_cosine_rate,
    write_log,
)
from training.losses import bce, chroma_l1, dark_chroma
from training.neon_run import NeonTraining, Start
from training.processes import join
from training.recipe import CHECKPOINT, NeonRecipe
from training.steps import Steps
from training.tensorboard_log import TensorBoardLog
from training.validation import Jury

logger = logging.getLogger(__name__)

LONG_AGO = 1_000_000  # steps; an average that old moves at its full slowness
LOSSES = ("d", "adversarial", "l1", "chroma", "dark chroma")


def train_step(run: NeonTraining, recipe: NeonRecipe, x: Tensor, y: Tensor) -> Tensor:
    """One update of both networks.

    Args:
        run: networks and optimizers.
        recipe: the choices.
        x: grey inputs, (N, 3, H, W) in -1..1.
        y: neon targets, the same shape and range.

    Returns:
        The losses: of the discriminator (not a number when it had no turn), adversarial, L1,
        chroma, dark chroma.
    """
    done = run.step / recipe.steps
    set_cosine_rate(run.generator_optimizer, recipe.learning_rate, done)
    set_cosine_rate(run.discriminator_optimizer, recipe.discriminator_rate, done)
    # Dropout depends on the step alone: an interrupted run goes on with the one it would have had.
    seed_step(recipe.seed, run.step, run.processes.rank)

    with torch.autocast(x.device.type, torch.bfloat16):
        fake = run.parallel_generator(x)

    d_loss = torch.tensor(math.nan, device=x.device)
    if run.step % recipe.discriminator_every == 0:
        with torch.autocast(x.device.type, torch.bfloat16):
            real_logits = run.parallel_discriminator(x, y)
            fake_logits = run.parallel_discriminator(x, fake.detach())
        d_loss = (bce(real_logits, 0.9) + bce(fake_logits, 0.0)) / 2
        run.discriminator_optimizer.zero_grad(set_to_none=True)
        d_loss.backward()  # type: ignore[no-untyped-call]
        run.discriminator_optimizer.step()

    run.discriminator.requires_grad_(False)
    with torch.autocast(x.device.type, torch.bfloat16):
        fake_logits = run.discriminator(x, fake)
    fake = fake.float()
    terms = torch.stack(
        [bce(fake_logits, 1.0), (fake - y).abs().mean(), chroma_l1(fake, y), dark_chroma(fake, y)]
    )
    scales = (1.0, recipe.l1_at(done), recipe.chroma, recipe.dark_chroma)
    run.generator_optimizer.zero_grad(set_to_none=True)
    (terms * terms.new_tensor(scales)).sum().backward()  # type: ignore[no-untyped-call]
    run.generator_optimizer.step()
    run.discriminator.requires_grad_(True)

    run.step += 1
    average(run.averaged, run.generator, recipe.ema, LONG_AGO if recipe.fine_tune else run.step)
    return torch.cat([d_loss.detach()[None], terms.detach()])


def train(
    neon: list[Path],
    photos: list[Path],
    validation: list[Path],
    out: Path,
    recipe: NeonRecipe,
    *,
    start: Start | None = None,
    workers: int = 1,
) -> None:
    """Train, or go on training, into the folder ``out``.

    Args:
        neon: folders of neon pictures to learn from.
        photos: folders of ordinary photos, to judge by; never trained on.
        validation: folders of neon pictures held out, to judge by.
        out: receives ``checkpoint.pt`` (to resume), ``recipe.json``, averaged weights as
            ``step-*.safetensors`` and the ones with the best score as ``best.safetensors``, each
            with the recipe in its header, samples as ``step-*.png``, ``log.csv``, ``curves.png``
            and TensorBoard's files.
        recipe: the choices; must be the same when a run goes on.
        start: trained weights to begin with; a run that goes on has them already.
        workers: processes that make pairs.

    Raises:
        EmptyFolderError: a folder holds no usable picture.
        CheckpointError: a checkpoint is damaged, or of a run with other networks.
        DivergedError: a loss is not finite; the last checkpoint is kept.
        ValueError: ``out`` holds a run with other choices, or ``start`` does not fit.
    """
    with join() as processes:
        pairs = NeonPairs.read(neon, recipe)
        jury = Jury(find_pictures(photos), find_pictures(validation))

        run = NeonTraining(recipe, processes)
        if (out / CHECKPOINT).exists():
            run.load(out / CHECKPOINT)
            logger.info("going on at step %d", run.step)
        elif start:
            run.begin_with(start)
        if run.step >= recipe.steps:
            logger.info("%s is finished", out)
            return
        if processes.is_main:
            recipes.settle(recipe, out)

        losses: list[Tensor] = []
        frame = Steps(
            pairs, batch=recipe.batch, first=run.step, last=recipe.steps, every=recipe.every,
            processes=processes, workers=workers,
        )  # fmt: skip
        with frame as steps, TensorBoardLog(out, run.step, on=processes.is_main) as board:
            for x, y in steps:
                losses.append(train_step(run, recipe, x, y))
                steps.show(lambda: mean(losses[-50:]))
                if steps.is_due():
                    check_finite(losses, run.step)
                    if processes.is_main:
                        report(run, out, mean(losses), jury, board)
                        run.save(out / CHECKPOINT)
                    losses.clear()


def check_finite(losses: list[Tensor], step: int) -> None:
    """See that the generator's losses are numbers; once one is not, none ever is again.

    Raises:
        DivergedError: one is not.
    """
    if not losses[-1][1:].isfinite().all():
        raise DivergedError(f"diverged before step {step}; try a lower learning rate")


def mean(losses: list[Tensor]) -> dict[str, float]:
    """Average the losses of some steps, each over the steps in which it was taken."""
    return dict(zip(LOSSES, torch.stack(losses).nanmean(0).tolist()))


def report(
    run: NeonTraining, out: Path, losses: dict[str, float], jury: Jury, board: TensorBoardLog
) -> None:
    """Write the averaged weights, their figures, samples and curves; keep the best."""
    found = jury.assess(run.averaged)
    name = f"step-{run.step:06d}"
    described = {"recipe": run.recipe.to_json()}
    save_weights(run.averaged, out / f"{name}.safetensors", described)
    if found.figures["score"] < run.best:
        run.best = found.figures["score"]
        save_weights(run.averaged, out / "best.safetensors", described)
    found.sheet.save(out / f"{name}.png")
    line = {"step": run.step, **losses, **found.figures}
    run.history.append(line)
    write_log(run.history, out / "log.csv")
    curves.draw({out.name: run.history}, best="score").save(out / "curves.png")
    board.write(run.step, line, found.sheet)
    logger.info("%s", "  ".join(f"{key} {value:.4g}" for key, value in line.items()))
