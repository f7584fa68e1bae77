"""Train an upscaler: settings, data, model, loop, validation, read from top to bottom.

    python -m training train-upscaler PHOTOS/ --val KODAK/ --scale 2 -o runs/x2

The frame is :mod:`training.frame`'s. A run that was stopped (Ctrl-C, SIGTERM) goes on with the same
command and ends with the same weights as one that was not. Its checkpoint holds the averaged
weights that ``--init-from`` and ``add`` read.
"""

import copy
import itertools
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, get_args

import numpy as np
import torch
import typer
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812  # as everywhere
from torch.nn.utils import parametrize

from model_layer.cli.options import setting, with_settings
from model_layer.effects import Look
from model_layer.networks.registry import build, load_strictly
from model_layer.networks.tensors import luma
from model_layer.store.manifest import Inputs
from model_layer.store.packaging import read_weights
from model_layer.upscaling.bicubic import shrink
from model_layer.upscaling.psnr import crop_to_multiple, psnr
from training import frame
from training.crispness import (
    PatchDiscriminator,
    discriminator_loss,
    generator_loss,
    sharpened,
    veiled,
)
from training.dataset import HOLDOUT, find_pictures, open_pictures, training_pictures
from training.degradation import recompress
from training.messenger import send
from training.reparameterisation import folded, reparameterise

ByteArray = NDArray[np.uint8]


# ---- settings -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Settings(frame.Settings):
    """The choices of a training; each is an option of the command.

    Raises:
        ValueError: a choice is out of its range.
    """

    scale: int = setting(2, "output pixels per input pixel, along each side")
    architecture: str = setting("one-stride", "one of the registry's")
    parameters: str = setting("{}", "of the architecture beside the scale, as JSON")
    inputs: Inputs = setting("clean", "clean, or compressed: as a messenger sends photos")  # noqa: RUF009
    look: str = setting("faithful", "faithful, or crisp: targets are sharpened, detail is judged")
    reparameterise: bool = setting(False, "train 3x3 convolutions as branches that fold into one")
    sides: str = setting("2000,1200,700", "long sides, pixels, that photos are shrunk to")
    patch: int = setting(40, "side of a patch, pixels of low resolution")
    batch: int = setting(16, "patches a step")
    steps: int = setting(18_000, "length of the training; the learning rate ends with it")
    learning_rate: float = setting(1e-3, "in the beginning; falls as a cosine")
    squared_share: float = setting(0.15, "share of the steps, at the end, on squared error, not L1")
    luma: float = setting(0.8, "share of the error that counts for brightness alone")
    sharpen: float = setting(1.2, "how much, when crisp: of what a blur takes away, added again")
    adversarial_weight: float = setting(0.0, "of a discriminator's opinion, when crisp; 0: none")
    discriminator_features: int = setting(32, "width of the discriminator, when crisp")
    discriminator_rate: float = setting(2e-4, "its learning rate; falls as the other")
    clip: float = setting(0.5, "largest norm of the gradient")
    ema: float = setting(0.999, "share of the averaged weights that stays with each step")
    every: int = setting(500, "steps between checkpoints and validations")

    def __post_init__(self) -> None:
        super().__post_init__()
        for name in ("scale", "patch", "batch", "learning_rate", "clip"):
            if not getattr(self, name) > 0:
                raise ValueError(f"{name.replace('_', ' ')} must be positive")
        for name in ("squared_share", "ema", "luma"):
            if not 0 <= getattr(self, name) <= 1:
                raise ValueError(f"{name.replace('_', ' ')} must be between 0 and 1")
        for name, values in {"inputs": get_args(Inputs), "look": tuple(map(str, Look))}.items():
            if (value := getattr(self, name)) not in values:
                raise ValueError(f"{name} {value!r}: one of {', '.join(values)}")
        if not isinstance(json.loads(self.parameters), dict):
            raise ValueError("parameters must be a JSON object")

    @property
    def is_adversarial(self) -> bool:
        """Whether a discriminator has its say."""
        return self.look == "crisp" and self.adversarial_weight > 0

    @property
    def architecture_parameters(self) -> dict[str, int | float | bool | str]:
        """All parameters of the architecture."""
        return {"scale": self.scale, **json.loads(self.parameters)}


# ---- data ---------------------------------------------------------------------------------------

MARGIN = 8  # pixels of low resolution around a patch: its border is made like its inside
STRIDE = 8  # pixels of low resolution between the places whose error is known
LEARNING = 1000  # steps in which the discriminator's opinion comes to count as it shall
CLIP = 0.95  # quantile of the errors; larger ones are noise and count as this one


class Patches:
    """Pairs of patches: any photo, and in it a place in proportion to bicubic's error there.

    Most places of a photo are flat or out of focus: bicubic gets them right and a network learns
    nothing there. Seed and index decide each pair.

    Args:
        photos: (H, W, 3); smaller ones than a patch with its margin are left out.
        settings: of the training.

    Raises:
        ValueError: no photo is large enough.
    """

    def __init__(self, photos: Iterable[ByteArray], settings: Settings) -> None:
        self._settings = settings
        self._window = settings.patch + 2 * MARGIN
        smallest = self._window * settings.scale
        self._photos = [photo for photo in photos if min(photo.shape[:2]) >= smallest]
        if not self._photos:
            raise ValueError(f"no photo has {smallest} pixels on its short side")
        errors = [self._errors(photo)[::STRIDE, ::STRIDE] for photo in self._photos]
        self._columns = [error.shape[1] for error in errors]
        self._firsts = np.cumsum([0, *(error.size for error in errors)])
        # A photo's share grows with its side, not with its area and roughness: else a few large
        # ones full of leaves would be most of what is seen.
        shares = [error.ravel() * error.size**0.5 / error.sum() for error in map(_capped, errors)]
        weights = np.concatenate(shares)
        self._cumulative = np.cumsum(weights) / weights.sum()

    def batch(self, step: int) -> tuple[Tensor, Tensor]:
        """Make the inputs and targets of a step: (N, 3, patch, patch) in 0..1, targets larger."""
        size = self._settings.batch
        pairs = [self._pair(index) for index in range(step * size, (step + 1) * size)]
        return _tensor([low for low, _ in pairs]), _tensor([high for _, high in pairs])

    def _pair(self, index: int) -> tuple[ByteArray, ByteArray]:
        scale, side = self._settings.scale, self._window * self._settings.scale
        rng = np.random.default_rng((self._settings.seed, index))
        place = int(np.searchsorted(self._cumulative, rng.random(), side="right"))
        place = min(place, len(self._cumulative) - 1)  # should the sum be a hair under 1
        chosen = int(np.searchsorted(self._firsts, place, side="right")) - 1
        photo = self._photos[chosen]
        row, column = divmod(place - int(self._firsts[chosen]), self._columns[chosen])
        top, left = (
            min(start * STRIDE * scale + int(rng.integers(STRIDE * scale)), length - side)
            for start, length in zip((row, column), photo.shape)
        )
        turns, flip = int(rng.integers(4)), bool(rng.integers(2))
        high = photo[top : top + side, left : left + side]
        if self._settings.inputs == "compressed":
            low = send(high, scale, rng)
        else:
            low = _resized(high, self._window)
        inner, outer = slice(MARGIN, -MARGIN), slice(MARGIN * scale, -MARGIN * scale)
        low, high = low[inner, inner], high[outer, outer]
        low, high = np.rot90(low, turns), np.rot90(high, turns)
        return (low[:, ::-1], high[:, ::-1]) if flip else (low, high)

    def _errors(self, photo: ByteArray) -> NDArray[np.float32]:
        """Mean error of bicubic in the patch of the window that begins at each place."""
        scale, side = self._settings.scale, self._settings.patch
        high = crop_to_multiple(photo, scale)
        height, width = high.shape[0] // scale, high.shape[1] // scale
        low = Image.fromarray(high).resize((width, height), Image.Resampling.BICUBIC)
        large = low.resize((high.shape[1], high.shape[0]), Image.Resampling.BICUBIC)
        error = np.abs(np.asarray(large, np.float32) - high).mean(2)
        error = error.reshape(height, scale, width, scale).mean((1, 3))
        total = np.pad(error.cumsum(0, np.float64).cumsum(1), ((1, 0), (1, 0)))
        mean = total[side:, side:] - total[:-side, side:] - total[side:, :-side]
        mean = np.maximum(mean + total[:-side, :-side], 0) / side**2
        rows, columns = (slice(MARGIN, length - MARGIN) for length in mean.shape)
        result: NDArray[np.float32] = mean[rows, columns].astype(np.float32)
        return result


def _capped(errors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Errors of a photo's places: none is drawn too often, and none never."""
    return np.minimum(errors, np.quantile(errors, CLIP)) + np.float32(1e-6)


def load_photos(paths: Iterable[Path], sides: Sequence[int]) -> Iterable[ByteArray]:
    """Read photos, each shrunk to several long sides; shrinking makes an old JPEG clean again."""
    for photo in open_pictures(paths, 1):
        for side in sorted({min(side, max(photo.size)) for side in sides}):
            small = photo.copy()
            small.thumbnail((side, side), Image.Resampling.LANCZOS)
            yield np.asarray(small)


def _resized(picture: ByteArray, side: int) -> ByteArray:
    image = Image.fromarray(picture).resize((side, side), Image.Resampling.BICUBIC)
    return np.asarray(image)


def _tensor(pictures: Sequence[ByteArray]) -> Tensor:
    stacked = torch.from_numpy(np.stack(pictures)).permute(0, 3, 1, 2)
    return stacked.float().div_(255).contiguous(memory_format=torch.channels_last)


# ---- model --------------------------------------------------------------------------------------


class Run(frame.Run):
    """The network, its average, its optimizer; perhaps a discriminator and its optimizer.

    Raises:
        UnknownArchitectureError: no such architecture, or parameters that do not fit it.
    """

    settings: Settings
    parts: tuple[str, ...] = ("network", "averaged", "optimizer")

    def __init__(self, settings: Settings, device: torch.device) -> None:
        super().__init__(settings, device)
        network = build(settings.architecture, settings.architecture_parameters).module
        self.network = network.to(device, memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.averaged: nn.Module = copy.deepcopy(self.network).eval().requires_grad_(False)
        if settings.reparameterise:
            reparameterise(self.network)
            self.network.to(device)
        trained = [p for p in self.network.parameters() if p.requires_grad]
        self.optimizer = torch.optim.Adam(trained, settings.learning_rate, betas=(0.9, 0.99))
        if settings.is_adversarial:
            self.discriminator = PatchDiscriminator(settings.discriminator_features)
            self.discriminator.to(device, memory_format=torch.channels_last)  # type: ignore[call-overload]
            self.discriminator_optimizer = torch.optim.Adam(
                self.discriminator.parameters(), settings.discriminator_rate, betas=(0.9, 0.99)
            )
            self.parts = (*self.parts, "discriminator", "discriminator_optimizer")

    def trial(self, *batch: Tensor) -> Tensor:
        """Compute the L1 loss."""
        x, y = batch
        with self.mixed():
            predicted = self.network(x)
        return F.l1_loss(predicted.float(), y)

    def init_from(self, path: Path) -> None:
        """Take over every tensor of the same name and shape, from weights or a checkpoint.

        Raises:
            TrainingError, ValueError: it is neither, or no layer of the trunk fits.
        """
        found = read_weights(path) if path.suffix == ".safetensors" else Trained.read(path).weights
        own = self.averaged.state_dict()
        fitting = {k: v for k, v in found.items() if k in own and own[k].shape == v.shape}
        # What leads from or to three colours fits any width; what lies between is the trunk.
        if not any(v.dim() == 4 and min(v.shape[:2]) > 3 for v in fitting.values()):
            raise ValueError(f"{path}: no layer of its trunk fits this network")
        with torch.no_grad():
            for name, value in fitting.items():
                owner, _, leaf = name.rpartition(".")
                layer = self.network.get_submodule(owner)
                if parametrize.is_parametrized(layer, leaf):  # folded from branches
                    setattr(layer, leaf, value.to(self.device))
                else:
                    getattr(layer, leaf).copy_(value)
        load_strictly(self.averaged, folded(self.network, list(own)))


@dataclass(frozen=True)
class Trained:
    """What a training has reached."""

    settings: Settings
    weights: dict[str, Tensor]
    """Averaged, by name."""
    history: list[frame.Figures]
    """A line for each validation: step, seconds, loss, PSNR by folder."""
    step: int
    seconds: float

    @classmethod
    def read(cls, run: Path) -> "Trained":
        """Read a run's folder, or its checkpoint.

        Raises:
            TrainingError: it is not one of an upscaler.
            OSError: it cannot be read.
        """
        path = run / frame.CHECKPOINT if run.is_dir() else run
        state = frame.read_checkpoint(path)
        try:
            settings = Settings(**state["settings"])
            return cls(settings, state["averaged"], *(state[name] for name in cls._VALUES))
        except (KeyError, TypeError) as error:
            raise frame.TrainingError(f"{path}: not the checkpoint of an upscaler") from error

    _VALUES = ("history", "step", "seconds")


# ---- step ---------------------------------------------------------------------------------------


def train_step(run: Run, x: Tensor, y: Tensor) -> frame.Figures:
    """Update the weights once; return the losses.

    Args:
        run: network and optimizer.
        x: inputs, (N, 3, H, W) in 0..1.
        y: targets, the scale times as high and wide.
    """
    settings = run.settings
    done = run.step / settings.steps
    fall = frame.cosine(done, least=0.005)
    _set_rate(run.optimizer, settings.learning_rate * fall)
    is_crisp = settings.look == "crisp"
    # At the end, where the learning rate is small, bfloat16's rounding would show; it is also as
    # large as the detail that the discriminator judges.
    mixed = run.precision == "bfloat16" and done < 0.9 and not settings.is_adversarial
    with torch.autocast(x.device.type, torch.bfloat16, enabled=mixed):
        predicted = run.network(x)
    predicted = predicted.float()
    if is_crisp:
        y = sharpened(y, settings.scale / 2, settings.sharpen)
    if is_crisp or done < 1 - settings.squared_share:
        loss = _error(predicted - y, Tensor.abs, settings.luma)
    else:  # 4: about the size of the absolute error, where training ends
        loss = 4 * _error(predicted - y, Tensor.square, settings.luma)
    found = {"loss": float(loss.item())}
    if settings.is_adversarial:
        chance = torch.Generator().manual_seed(settings.seed + run.step)
        seen = veiled(torch.cat([y, predicted]), chance)
        weight = settings.adversarial_weight * min(1.0, (run.step + 1) / LEARNING)
        run.discriminator.requires_grad_(False)
        with run.mixed():
            loss = loss + weight * generator_loss(run.discriminator, seen[len(y) :])
    _update(run.optimizer, loss, settings.clip)
    if settings.is_adversarial:
        run.discriminator.requires_grad_(True)
        _set_rate(run.discriminator_optimizer, settings.discriminator_rate * fall)
        with run.mixed():
            loss = discriminator_loss(run.discriminator, *seen.detach().chunk(2))
        _update(run.discriminator_optimizer, loss, settings.clip)
        found["discriminator"] = float(loss.item())
    run.step += 1
    decay = min(settings.ema, (1 + run.step) / (10 + run.step))  # less in the beginning
    frame.average(run.averaged, folded(run.network, list(run.averaged.state_dict())), decay)
    return found


def _error(difference: Tensor, of: Callable[[Tensor], Tensor], share: float) -> Tensor:
    """Mean of a function of the difference, (N, 3, H, W): of its luma, and of all its channels."""
    return share * of(luma(difference)).mean() + (1 - share) * of(difference).mean()


def _set_rate(optimizer: torch.optim.Optimizer, rate: float) -> None:
    for group in optimizer.param_groups:
        group["lr"] = rate


def _update(optimizer: torch.optim.Optimizer, loss: Tensor, clip: float) -> None:
    optimizer.zero_grad(set_to_none=True)
    loss.backward()  # type: ignore[no-untyped-call]
    nn.utils.clip_grad_norm_([w for g in optimizer.param_groups for w in g["params"]], clip)
    optimizer.step()


def train(
    folders: Sequence[Path],
    validation: Sequence[Path],
    out: Path,
    settings: Settings,
    *,
    init_from: Path | None = None,
    holdout: Path = HOLDOUT,
) -> None:
    """Train, or go on training, into the folder ``out``.

    Args:
        folders: photos to learn from, less those held out.
        validation: folders to judge by, a column of the log each.
        out: receives ``checkpoint.pt`` and ``log.csv``.
        settings: all but ``steps`` and ``every`` must be the same when a run goes on.
        init_from: weights or checkpoint to begin with; what does not fit is left out.
        holdout: list of pictures that are not trained on.

    Raises:
        EmptyFolderError: a folder holds no usable picture.
        TrainingError: ``out`` holds a run with other settings, or a loss is not finite.
        ValueError: a setting or a file does not fit, or only held-out pictures are left.
    """
    run = Run(settings, torch.device("cuda" if torch.cuda.is_available() else "cpu"))
    if not run.begin(out, init_from):
        return
    sides = [int(side) for side in settings.sides.split(",")]
    patches = Patches(load_photos(training_pictures(folders, holdout), sides), settings)
    judges = [Validation.read(folder, settings) for folder in validation]
    frame.train(
        run,
        batches(patches, run.step),
        lambda x, y: train_step(run, x, y),
        lambda: {judge.name: judge.psnr(run.averaged) for judge in judges},
        out,
    )


def batches(patches: Patches, first: int) -> Iterator[tuple[Tensor, Tensor]]:
    """Make the batches from ``first`` on, each while the one before is learned from."""
    with ThreadPoolExecutor(1) as pool:
        upcoming = pool.submit(patches.batch, first)
        for step in itertools.count(first + 1):
            batch, upcoming = upcoming.result(), pool.submit(patches.batch, step)
            yield batch


# ---- validation ---------------------------------------------------------------------------------

JUDGED_QUALITY = 80  # of the JPEGs that a training on compressed inputs is judged by
EXACT = 100.0  # dB; a photo that comes out to the last bit must not outweigh all others


@dataclass(frozen=True)
class Validation:
    """Photos held out, to tell by how good a network is.

    Args:
        name: of their folder.
        high: arrays (H, W, 3) whose sides divide by the scale.
        low: the same, shrunk by MATLAB's bicubic as the papers do; for a training on compressed
            inputs, then through JPEG.
    """

    name: str
    high: list[ByteArray]
    low: list[ByteArray]

    @classmethod
    def read(cls, folder: Path, settings: Settings) -> "Validation":
        """Read a folder's pictures and make the inputs.

        Raises:
            EmptyFolderError: it holds no usable picture.
        """
        found = open_pictures(find_pictures([folder]), 8 * settings.scale)
        high = [crop_to_multiple(np.asarray(photo), settings.scale) for photo in found]
        low = [shrink(photo, settings.scale) for photo in high]
        if settings.inputs == "compressed":
            low = [recompress(photo, JUDGED_QUALITY) for photo in low]
        return cls(folder.name, high, low)

    def psnr(self, network: nn.Module) -> float:
        """Mean PSNR on Y, dB; of each photo :data:`EXACT` at most."""
        shave = self.high[0].shape[0] // self.low[0].shape[0]
        found = (psnr(enlarge(network, x), y, shave) for x, y in zip(self.low, self.high))
        return float(np.mean([min(each, EXACT) for each in found]))


def enlarge(network: nn.Module, picture: ByteArray) -> ByteArray:
    """Run a network on (H, W, 3) bytes, whole."""
    device = next(network.parameters()).device
    with torch.inference_mode():
        y = network(_tensor([picture]).to(device))[0].clamp(0, 1).permute(1, 2, 0)
    result: ByteArray = (y * 255).round().byte().cpu().numpy()
    return result


# ---- command ------------------------------------------------------------------------------------


@with_settings
def train_upscaler(
    folders: Annotated[list[Path], typer.Argument(metavar="DIR", help="Sharp photos.")],
    *,
    val: Annotated[
        list[Path],
        typer.Option("--val", "--validation", metavar="DIR", help="Photos held out."),
    ],
    output: frame.Output,
    settings: Settings,
    init_from: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Weights or checkpoint to begin with.")
    ] = None,
    holdout: frame.Holdout = HOLDOUT,
) -> None:
    """Train an upscaler."""
    train(folders, val, output, settings, init_from=init_from, holdout=holdout)
