"""Train a small EDSR (https://arxiv.org/abs/1707.02921) on a folder of photos.

L1 on patches, flips and rotations, Adam with a cosine schedule; the weights that are kept are an
exponential moving average. A network for ×3 or ×4 can start from the body of one for ×2.
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
from torch.utils.data import Dataset
from tqdm import tqdm

from model_layer.networks.registry import build
from model_layer.packaging import read_weights
from model_layer.training.dataset import ByteArray, find_pictures, open_pictures
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
from model_layer.training.psnr import crop_to_multiple, psnr, shrink

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class UpscalerRecipe:
    """Every choice of a training run."""

    scale: int = 2
    n_resblocks: int = 8
    n_feats: int = 32
    patch: int = 40  # pixels, side of a low-resolution patch
    batch: int = 16
    steps: int = 20_000
    learning_rate: float = 5e-4
    ema: float = 0.999
    every: int = 1000  # steps between checkpoints and validation
    seed: int = 0

    @property
    def parameters(self) -> dict[str, int]:
        """Of the architecture."""
        return {"scale": self.scale, "n_resblocks": self.n_resblocks, "n_feats": self.n_feats}


def load_photos(
    paths: list[Path], smallest: int, sizes: tuple[float, ...] = (1.0, 0.6)
) -> list[ByteArray]:
    """Read photos, each at several sizes: shrinking makes an old JPEG sharp again.

    Args:
        paths: the files; broken ones are skipped.
        smallest: what has a shorter short side, pixels, is left out.
        sizes: share of the sides that is kept.

    Raises:
        EmptyFolderError: no photo is large enough.
    """
    photos = []
    for photo in open_pictures(paths, smallest):
        for factor in sizes:
            size = (round(photo.width * factor), round(photo.height * factor))
            if min(size) < smallest:
                continue
            photos.append(np.asarray(photo.resize(size, Image.Resampling.LANCZOS)))
    return photos


class PatchPairs(Dataset[tuple[Tensor, Tensor]]):
    """An endless stream of (low, high resolution) patches in 0..1; index and seed decide each."""

    def __init__(self, photos: list[ByteArray], recipe: UpscalerRecipe) -> None:
        self.high = [crop_to_multiple(photo, recipe.scale) for photo in photos]
        self.low = [shrink(photo, recipe.scale) for photo in self.high]
        self.recipe = recipe

    def __getitem__(self, index: int) -> tuple[Tensor, Tensor]:
        """Make pair ``index``; any whole number from 0 will do."""
        rng = np.random.default_rng((self.recipe.seed, index))
        chosen = int(rng.integers(len(self.low)))
        low, high = self.low[chosen], self.high[chosen]
        side, scale = self.recipe.patch, self.recipe.scale
        top, left = (int(rng.integers(0, length - side + 1)) for length in low.shape[:2])
        x = low[top : top + side, left : left + side]
        top, left, side = top * scale, left * scale, side * scale
        y = high[top : top + side, left : left + side]
        turns, flip = int(rng.integers(4)), bool(rng.integers(2))
        return self._tensor(x, turns, flip), self._tensor(y, turns, flip)

    @staticmethod
    def _tensor(patch: ByteArray, turns: int, flip: bool) -> Tensor:
        turned = np.rot90(patch[:, ::-1] if flip else patch, turns).copy()
        return torch.from_numpy(turned).permute(2, 0, 1).float() / 255


def enlarge(network: nn.Module, picture: ByteArray) -> ByteArray:
    """Run a network on (H, W, 3) bytes."""
    device = next(network.parameters()).device
    x = torch.from_numpy(picture.copy()).permute(2, 0, 1)[None].float().to(device) / 255
    with torch.inference_mode():
        y = network(x)[0].clamp(0, 1).permute(1, 2, 0)
    result: ByteArray = (y * 255).round().byte().cpu().numpy()
    return result


def validate(network: nn.Module, pictures: list[ByteArray], scale: int) -> float:
    """Mean PSNR on Y, dB."""
    high = [crop_to_multiple(picture, scale) for picture in pictures]
    return float(np.mean([psnr(enlarge(network, shrink(h, scale)), h, scale) for h in high]))


class UpscalerTraining:
    """The state of a run, saved and loaded as a whole."""

    def __init__(self, recipe: UpscalerRecipe, device: torch.device) -> None:
        torch.manual_seed(recipe.seed)
        self.network = build("edsr", recipe.parameters).module
        self.averaged = build("edsr", recipe.parameters).module
        for network in (self.network, self.averaged):
            network.to(device, memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.averaged.eval().requires_grad_(False)
        trained = [p for p in self.network.parameters() if p.requires_grad]
        self.optimizer = torch.optim.Adam(trained, recipe.learning_rate)
        self.step = 0
        self.best = 0.0

    def begin_with(self, path: Path | None) -> None:
        """Take over every weight of a file that has the same name and shape: head and body.

        Raises:
            ValueError: not a safetensors file, or nothing in it fits.
        """
        own = self.network.state_dict()
        found = read_weights(path) if path else {}
        fitting = [k for k, v in found.items() if k in own and own[k].shape == v.shape]
        if path and not any(key.startswith("body") for key in fitting):
            raise ValueError(f"{path}: no layer of its body fits this network")
        for key in fitting:
            own[key].copy_(found[key])
        for key, value in self.averaged.state_dict().items():
            value.copy_(own[key])

    def save(self, path: Path) -> None:
        """Write everything that is needed to go on."""
        parts = {name: getattr(self, name).state_dict() for name in self._PARTS}
        save_atomically({"step": self.step, "best": self.best, **parts}, path)

    def load(self, path: Path) -> None:
        """Go on from a file written by :meth:`save`.

        Raises:
            CheckpointError: it is damaged, or of another network.
        """
        state = read_checkpoint(path)
        restore({name: getattr(self, name) for name in self._PARTS}, state, path)
        self.step, self.best = state["step"], state["best"]

    _PARTS = ("network", "averaged", "optimizer")


def train_step(run: UpscalerTraining, recipe: UpscalerRecipe, x: Tensor, y: Tensor) -> float:
    """One update; returns the L1 loss."""
    done = run.step / recipe.steps
    set_cosine_rate(run.optimizer, recipe.learning_rate, done)
    # bfloat16 is about 1.7 times as fast on a CPU that has it; the last quarter, where the
    # learning rate is small and rounding would show, is float32.
    with torch.autocast(x.device.type, torch.bfloat16, enabled=done <= 0.75):
        predicted = run.network(x)
    loss = nnf.l1_loss(predicted.float(), y)
    run.optimizer.zero_grad(set_to_none=True)
    loss.backward()  # type: ignore[no-untyped-call]
    run.optimizer.step()
    run.step += 1
    average(run.averaged, run.network, recipe.ema, run.step)
    return loss.item()


def train(
    photos: list[Path],
    validation: list[Path],
    out: Path,
    recipe: UpscalerRecipe,
    start: Path | None = None,
) -> None:
    """Train, or go on training, into the folder ``out``.

    Args:
        photos: folders to learn from.
        validation: folders to judge by.
        out: receives ``checkpoint.pt`` (to resume), ``best.safetensors`` (averaged weights with
            the best validation PSNR) and ``log.csv``.
        recipe: the choices; must be the same when a run goes on.
        start: weights of another scale to begin with.

    Raises:
        EmptyFolderError: a folder holds no usable picture.
        CheckpointError: ``out`` holds a run with other choices.
        ValueError: ``start`` is no file of weights, or nothing in it fits.
    """
    out.mkdir(parents=True, exist_ok=True)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    run = UpscalerTraining(recipe, device)
    run.begin_with(start)
    checkpoint = out / "checkpoint.pt"
    if checkpoint.exists():
        run.load(checkpoint)
        logger.info("going on at step %d", run.step)
    pairs = PatchPairs(load_photos(find_pictures(photos), recipe.patch * recipe.scale), recipe)
    judged = load_photos(find_pictures(validation), 4 * recipe.scale, (1.0,))

    loader = batches(pairs, recipe.batch, run.step, recipe.steps)
    progress = tqdm(loader, initial=run.step, total=recipe.steps, unit="step", smoothing=0.02)
    losses: list[float] = []
    with StopRequest() as stop:
        for pair in progress:
            x, y = (part.to(device, memory_format=torch.channels_last) for part in pair)
            losses.append(train_step(run, recipe, x, y))
            if run.step % recipe.every == 0 or stop.made or run.step == recipe.steps:
                found = validate(run.averaged, judged, recipe.scale)
                report(run, out, float(np.mean(losses)), found)
                run.save(checkpoint)
                progress.set_postfix(psnr=f"{found:.2f}", best=f"{run.best:.2f}")
                losses.clear()
            if stop.made:
                logger.info("stopped at step %d; start again to go on", run.step)
                return


def report(run: UpscalerTraining, out: Path, loss: float, found: float) -> None:
    """Keep the averaged weights if they are the best so far; write a line of the log."""
    if found > run.best:
        run.best = found
        weights = {k: v.contiguous() for k, v in run.averaged.state_dict().items()}
        save_file(weights, out / "best.safetensors")
    append_to_log(out / "log.csv", {"step": run.step, "l1": loss, "psnr": found})
