"""Train the neon generator: Pix2Pix from grey to neon, readable from top to bottom.

The recipe is the paper's (https://arxiv.org/abs/1611.07004): Adam 2e-4 with betas 0.5 and 0.999,
BCE-with-logits against a PatchGAN plus lambda times L1. Two things calm the adversarial swings
that otherwise ruin a good network within minutes: the weights that are kept are an exponential
moving average, and the learning rate falls along a cosine.
"""

import logging
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from safetensors.torch import save_file
from torch import Tensor, nn
from torch.nn import functional as nnf
from tqdm import tqdm

from model_layer.networks.pix2pix import Discriminator, Generator, initialise
from model_layer.training import figures
from model_layer.training.dataset import (
    ByteArray,
    NeonPairs,
    find_pictures,
    load_pictures,
    luminance,
)
from model_layer.training.loop import (
    StopRequest,
    append_to_log,
    average,
    batches,
    read_checkpoint,
    restore,
    save_atomically,
    set_cosine_rate,
)

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class NeonRecipe:
    """Every choice of a training run."""

    features: int = 32
    discriminator_features: int = 32
    size: int = 256  # pixels, side of a training crop
    short_side: int = 400  # pixels, pictures are shrunk to this before cropping
    batch: int = 8
    steps: int = 6000
    learning_rate: float = 2e-4
    discriminator_rate: float = 1e-4  # slower than the generator, so that it never runs away
    l1: float = 60.0  # lambda of the paper
    ema: float = 0.998
    every: int = 250  # steps between checkpoints, figures and samples
    seed: int = 0


def recolour(generator: nn.Module, picture: ByteArray) -> ByteArray:
    """Run the generator on the grey version of (H, W, 3); H and W multiples of its stride."""
    device = next(generator.parameters()).device
    grey = torch.from_numpy(luminance(picture) * 2 - 1).expand(1, 3, -1, -1).to(device)
    with torch.inference_mode():
        out = generator(grey)[0].clamp(-1, 1)
    result: ByteArray = ((out.permute(1, 2, 0) + 1) * 127.5).round().byte().cpu().numpy()
    return result


def samples(paths: list[Path], count: int, side: int = 256) -> list[ByteArray]:
    """Central squares of up to ``count`` pictures, evenly chosen, ``side`` pixels wide."""
    chosen = [paths[i] for i in np.linspace(0, len(paths) - 1, min(count, len(paths))).astype(int)]
    squares = []
    for picture in load_pictures(chosen, side, 1):
        image = Image.fromarray(picture)
        cut = min(image.size)
        left, top = (image.width - cut) // 2, (image.height - cut) // 2
        square = image.crop((left, top, left + cut, top + cut))
        squares.append(np.asarray(square.resize((side, side), Image.Resampling.BICUBIC)))
    return squares


def grid(rows: list[list[ByteArray]]) -> Image.Image:
    """Lay out equally large pictures in rows; a shorter row ends in black."""
    black = np.zeros_like(rows[0][0])
    longest = max(map(len, rows))
    filled = [[*row, *[black] * (longest - len(row))] for row in rows]
    return Image.fromarray(np.concatenate([np.concatenate(row, axis=1) for row in filled]))


@dataclass
class NeonTraining:
    """The state of a run, saved and loaded as a whole."""

    generator: nn.Module
    averaged: nn.Module
    discriminator: nn.Module
    generator_optimizer: torch.optim.Optimizer
    discriminator_optimizer: torch.optim.Optimizer
    step: int = 0

    @classmethod
    def start(cls, recipe: NeonRecipe, device: torch.device) -> "NeonTraining":
        """Make fresh networks and optimizers."""
        torch.manual_seed(recipe.seed)
        generator, averaged = Generator(recipe.features), Generator(recipe.features)
        discriminator = Discriminator(recipe.discriminator_features)
        initialise(generator)
        initialise(discriminator)
        averaged.load_state_dict(generator.state_dict())
        averaged.eval().requires_grad_(False)
        for network in (generator, averaged, discriminator):
            network.to(device, memory_format=torch.channels_last)  # type: ignore[call-overload]
        betas = (0.5, 0.999)
        return cls(
            generator,
            averaged,
            discriminator,
            torch.optim.Adam(generator.parameters(), recipe.learning_rate, betas),
            torch.optim.Adam(discriminator.parameters(), recipe.discriminator_rate, betas),
        )

    def save(self, path: Path) -> None:
        """Write everything that is needed to go on, in one step."""
        parts = {name: part.state_dict() for name, part in self._parts().items()}
        save_atomically({"step": self.step, "rng": torch.get_rng_state(), **parts}, path)

    def load(self, path: Path) -> None:
        """Go on from a file written by :meth:`save`.

        Raises:
            CheckpointError: it is damaged, or of other networks.
        """
        state = read_checkpoint(path)
        restore(self._parts(), state, path)
        self.step = state["step"]
        torch.set_rng_state(state["rng"])  # dropout goes on where it was

    def _parts(self) -> dict[str, nn.Module | torch.optim.Optimizer]:
        return {name: part for name, part in vars(self).items() if name != "step"}


def train_step(
    run: NeonTraining, recipe: NeonRecipe, x: Tensor, y: Tensor
) -> tuple[float, float, float]:
    """One update of both networks; returns the losses (discriminator, adversarial, L1)."""
    done = run.step / recipe.steps
    set_cosine_rate(run.generator_optimizer, recipe.learning_rate, done)
    set_cosine_rate(run.discriminator_optimizer, recipe.discriminator_rate, done)

    def bce(logits: Tensor, target: float) -> Tensor:
        logits = logits.float()
        return nnf.binary_cross_entropy_with_logits(logits, torch.full_like(logits, target))

    with torch.autocast(x.device.type, torch.bfloat16):
        fake = run.generator(x)
        real_logits = run.discriminator(x, y)
        fake_logits = run.discriminator(x, fake.detach())
    d_loss = (bce(real_logits, 0.9) + bce(fake_logits, 0.0)) / 2
    run.discriminator_optimizer.zero_grad(set_to_none=True)
    d_loss.backward()  # type: ignore[no-untyped-call]
    run.discriminator_optimizer.step()

    with torch.autocast(x.device.type, torch.bfloat16):
        fake_logits = run.discriminator(x, fake)
    adversarial, l1 = bce(fake_logits, 1.0), (fake.float() - y).abs().mean()
    run.generator_optimizer.zero_grad(set_to_none=True)
    (adversarial + recipe.l1 * l1).backward()
    run.generator_optimizer.step()

    run.step += 1
    average(run.averaged, run.generator, recipe.ema, run.step)
    return d_loss.item(), adversarial.item(), l1.item()


def assess(
    generator: nn.Module, photos: list[ByteArray], held_out: list[ByteArray]
) -> tuple[dict[str, float], list[ByteArray]]:
    """Re-colour ordinary photos; returns the figures and the results."""
    results = [recolour(generator, photo) for photo in photos]
    distance = figures.palette_distance(figures.palette(results), figures.palette(held_out))
    return {
        "colourfulness": float(np.mean([figures.colourfulness(r) for r in results])),
        "palette": distance,
        "detail": float(np.mean([figures.detail(p, r) for p, r in zip(photos, results)])),
        "hue variety": float(np.mean([figures.has_varied_hues(r) for r in results])),
    }, results


def train(
    neon: list[Path], photos: list[Path], validation: list[Path], out: Path, recipe: NeonRecipe
) -> None:
    """Train, or go on training, into the folder ``out``.

    Args:
        neon: folders of neon pictures to learn from.
        photos: folders of ordinary photos, to judge by; never trained on.
        validation: folders of neon pictures held out, to judge by.
        out: receives ``checkpoint.pt`` (to resume), ``step-*.safetensors`` (averaged weights),
            ``step-*.jpg`` (samples) and ``log.csv``.
        recipe: the choices; must be the same when a run goes on.

    Raises:
        EmptyFolderError: a folder holds no usable picture.
        CheckpointError: ``out`` holds a run with other choices.
    """
    out.mkdir(parents=True, exist_ok=True)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    run = NeonTraining.start(recipe, device)
    checkpoint = out / "checkpoint.pt"
    if checkpoint.exists():
        run.load(checkpoint)
        logger.info("going on at step %d", run.step)
    pictures = load_pictures(find_pictures(neon), recipe.short_side, 224)
    pairs = NeonPairs(pictures, recipe.size, seed=recipe.seed)
    judged_photos = samples(find_pictures(photos), 16)
    held_out = samples(find_pictures(validation), 20)

    loader = batches(pairs, recipe.batch, run.step, recipe.steps)
    progress = tqdm(loader, initial=run.step, total=recipe.steps, unit="step", smoothing=0.02)
    losses: list[tuple[float, float, float]] = []
    with StopRequest() as stop:
        for pair in progress:
            x, y = (part.to(device, memory_format=torch.channels_last) for part in pair)
            losses.append(train_step(run, recipe, x, y))
            if run.step % 10 == 0:
                d, adversarial, l1 = np.mean(losses[-50:], axis=0)
                progress.set_postfix(d=f"{d:.2f}", adversarial=f"{adversarial:.2f}", l1=f"{l1:.3f}")
            if run.step % recipe.every == 0 or stop.made or run.step == recipe.steps:
                report(run, out, np.mean(losses, axis=0).tolist(), judged_photos, held_out)
                run.save(checkpoint)
                losses.clear()
            if stop.made:
                logger.info("stopped at step %d; start again to go on", run.step)
                return


def report(
    run: NeonTraining,
    out: Path,
    losses: list[float],
    photos: list[ByteArray],
    held_out: list[ByteArray],
) -> None:
    """Write the averaged weights, a sheet of samples and a line of the log."""
    found, results = assess(run.averaged, photos, held_out)
    rows = [photos[:8], results[:8], photos[8:16], results[8:16]]
    grid([row for row in rows if row]).save(out / f"step-{run.step:06d}.jpg", quality=90)
    weights = {k: v.contiguous() for k, v in run.averaged.state_dict().items()}
    save_file(weights, out / f"step-{run.step:06d}.safetensors")
    line = {"step": run.step, **dict(zip(("d", "adversarial", "l1"), losses)), **found}
    append_to_log(out / "log.csv", line)
    logger.info("%s", {k: round(v, 3) for k, v in line.items()})
