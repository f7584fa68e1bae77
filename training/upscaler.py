"""Train an upscaler: settings, data, model, loop, validation, read from top to bottom.

    python -m training.upscaler PHOTOS/ --val KODAK/ --scale 2 -o runs/x2

A run that was stopped (Ctrl-C, SIGTERM) goes on with the same command and ends with the same
weights as one that was not. Its checkpoint holds the averaged weights that ``--init-from`` and the
export read.
"""

import argparse
import copy
import dataclasses
import json
import logging
import math
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any, get_args

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812  # as everywhere
from torch.nn.utils import parametrize

from model_layer.cli.options import setting
from model_layer.effects import Look
from model_layer.networks.registry import build, load_strictly
from model_layer.store.manifest import Inputs
from model_layer.store.packaging import read_weights
from model_layer.upscaling.bicubic import shrink
from model_layer.upscaling.psnr import crop_to_multiple, psnr
from training.crispness import (
    FeatureDistance,
    PatchDiscriminator,
    discriminator_loss,
    generator_loss,
)
from training.dataset import find_pictures, open_pictures
from training.degradation import recompress
from training.loop import (
    CheckpointError,
    DivergedError,
    StopRequest,
    read_checkpoint,
    restore,
    save_atomically,
    write_log,
)
from training.messenger import send
from training.reparameterisation import folded, reparameterise

logger = logging.getLogger(__name__)

ByteArray = NDArray[np.uint8]

HOLDOUT = Path(__file__).parent / "holdout.txt"
CHECKPOINT = "checkpoint.pt"
LOG = "log.csv"


# ---- settings -----------------------------------------------------------------------------------


_NAMED = {
    "precision": ("auto", "float32", "bfloat16"),
    "inputs": get_args(Inputs),
    "look": tuple(map(str, Look)),
}


@dataclass(frozen=True)
class Settings:
    """The choices of a training; each is an option of the command.

    Raises:
        ValueError: a choice is out of its range.
    """

    scale: int = setting(2, "output pixels per input pixel, along each side")
    architecture: str = setting("one-stride", "one of the registry's")
    parameters: str = setting("{}", "of the architecture beside the scale, as JSON")
    inputs: Inputs = setting("clean", "clean, or compressed: as a messenger sends photos")  # noqa: RUF009
    look: str = setting("faithful", "faithful, or crisp: features and a discriminator judge too")
    reparameterise: bool = setting(False, "train 3x3 convolutions as branches that fold into one")
    sides: str = setting("2000,1200,700", "long sides, pixels, that photos are shrunk to")
    patch: int = setting(40, "side of a patch, pixels of low resolution")
    batch: int = setting(16, "patches a step")
    steps: int = setting(18_000, "length of the training; the learning rate ends with it")
    learning_rate: float = setting(1e-3, "in the beginning; falls as a cosine")
    squared_share: float = setting(0.15, "share of the steps, at the end, on squared error, not L1")
    l1_weight: float = setting(1.0, "of the L1 term when crisp")
    feature_weight: float = setting(0.1, "of the distance of features when crisp")
    adversarial_weight: float = setting(0.003, "of the discriminator's opinion when crisp")
    discriminator_features: int = setting(32, "width of the discriminator when crisp")
    discriminator_rate: float = setting(1e-4, "its learning rate; falls as a cosine")
    clip: float = setting(0.5, "largest norm of the gradient")
    ema: float = setting(0.999, "share of the averaged weights that stays with each step")
    precision: str = setting("auto", "float32, bfloat16, or auto: what is faster here")
    every: int = setting(500, "steps between checkpoints and validations")
    seed: int = setting(0, "of everything random")

    def __post_init__(self) -> None:
        for name in ("scale", "patch", "batch", "steps", "learning_rate", "clip", "every"):
            if not getattr(self, name) > 0:
                raise ValueError(f"{name.replace('_', ' ')} must be positive")
        for name in ("squared_share", "ema"):
            if not 0 <= getattr(self, name) <= 1:
                raise ValueError(f"{name.replace('_', ' ')} must be between 0 and 1")
        for name, values in _NAMED.items():
            if (value := getattr(self, name)) not in values:
                raise ValueError(f"{name} {value!r}: one of {', '.join(values)}")
        if not isinstance(json.loads(self.parameters), dict):
            raise ValueError("parameters must be a JSON object")

    @property
    def architecture_parameters(self) -> dict[str, int | float | bool | str]:
        """All parameters of the architecture."""
        return {"scale": self.scale, **json.loads(self.parameters)}

    def differences(self, found: dict[str, Any]) -> list[str]:
        """Names of the settings with which a run that began with ``found`` cannot go on."""
        mine = dataclasses.asdict(self)
        fixed = mine.keys() - {"steps", "every"}
        return sorted(name for name in fixed & found.keys() if mine[name] != found[name])


# ---- data ---------------------------------------------------------------------------------------

MARGIN = 8  # pixels of low resolution around a patch: its border is made like its inside
STRIDE = 8  # pixels of low resolution between the places whose error is known
CLIP = 0.95  # quantile of the errors; larger ones are noise and count as this one


def training_files(folders: Sequence[Path], holdout: Path = HOLDOUT) -> list[Path]:
    """List the pictures in folders that may be trained on.

    Raises:
        EmptyFolderError: there is no picture.
        ValueError: all pictures of a folder are held out.
    """
    lines = holdout.read_text(encoding="utf-8").splitlines()
    held_out = {line for line in lines if line and not line.startswith("#")}
    kept: list[Path] = []
    for folder in folders:
        found = find_pictures([folder])
        usable = [path for path in found if "/".join(path.parts[-2:]) not in held_out]
        if not usable:
            raise ValueError(f"all pictures in {folder} are held out by {holdout}: they only judge")
        if len(usable) < len(found):
            logger.info("%s: left out %d held-out pictures", folder, len(found) - len(usable))
        kept += usable
    return kept


class Patches:
    """Pairs of patches, drawn where bicubic enlargement errs, in proportion to its error.

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
        weights = np.concatenate([error.ravel() for error in errors])
        weights = np.minimum(weights, np.quantile(weights, CLIP)) + 1e-6
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


class Run:
    """Everything that a training needs to go on.

    Args:
        settings: the choices.
        device: to train on.

    Raises:
        UnknownArchitectureError: no such architecture, or parameters that do not fit it.
    """

    def __init__(self, settings: Settings, device: torch.device) -> None:
        torch.manual_seed(settings.seed)
        self.settings, self.device = settings, device
        network = build(settings.architecture, settings.architecture_parameters).module
        self.network = network.to(device, memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.averaged: nn.Module = copy.deepcopy(self.network).eval().requires_grad_(False)
        if settings.reparameterise:
            reparameterise(self.network)
            self.network.to(device)
        trained = [p for p in self.network.parameters() if p.requires_grad]
        self.optimizer = torch.optim.Adam(trained, settings.learning_rate, betas=(0.9, 0.99))
        if settings.look == "crisp":
            self.distance = FeatureDistance().to(device)
            self.discriminator = PatchDiscriminator(settings.discriminator_features).to(device)
            self.discriminator_optimizer = torch.optim.Adam(
                self.discriminator.parameters(), settings.discriminator_rate, betas=(0.9, 0.99)
            )
            self._parts = (*self._parts, "discriminator", "discriminator_optimizer")
        self.step, self.seconds = 0, 0.0
        self.history: list[dict[str, float]] = []
        self.precision = settings.precision

    def init_from(self, path: Path) -> None:
        """Take over every tensor of the same name and shape, from weights or a checkpoint.

        Raises:
            CheckpointError, ValueError: it is neither, or no layer of the trunk fits.
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

    def save(self, out: Path) -> None:
        """Write the checkpoint, then the log."""
        state = {name: getattr(self, name).state_dict() for name in self._parts}
        state |= {name: getattr(self, name) for name in self._VALUES}
        state["settings"] = dataclasses.asdict(self.settings)
        save_atomically(state, out / CHECKPOINT)
        if self.history:
            write_log(self.history, out / LOG)

    def resume(self, out: Path) -> bool:
        """Go on from the folder's checkpoint, if there is one.

        Raises:
            CheckpointError: it is damaged, or of a run with other settings.
        """
        path = out / CHECKPOINT
        if not path.exists():
            return False
        state = read_checkpoint(path)
        if not isinstance(state.get("settings"), dict) or any(v not in state for v in self._VALUES):
            raise CheckpointError(f"{path}: not a checkpoint of an upscaler")
        if different := self.settings.differences(state["settings"]):
            raise CheckpointError(
                f"{path}: its {', '.join(different).replace('_', ' ')} does not fit; "
                "a run goes on only with the settings it began with"
            )
        restore({name: getattr(self, name) for name in self._parts}, state, path)
        for name in self._VALUES:
            setattr(self, name, state[name])
        return True

    _parts: tuple[str, ...] = ("network", "averaged", "optimizer")
    _VALUES = ("step", "seconds", "history", "precision")


@dataclass(frozen=True)
class Trained:
    """What a training has reached."""

    settings: Settings
    weights: dict[str, Tensor]
    """Averaged, by name."""
    history: list[dict[str, float]]
    """A line for each validation: step, seconds, loss, PSNR by folder."""
    step: int
    seconds: float

    @classmethod
    def read(cls, run: Path) -> "Trained":
        """Read a run's folder, or its checkpoint.

        Raises:
            CheckpointError: it is not one of an upscaler.
            OSError: it cannot be read.
        """
        path = run / CHECKPOINT if run.is_dir() else run
        state = read_checkpoint(path)
        try:
            settings = Settings(**state["settings"])
            return cls(settings, state["averaged"], *(state[name] for name in cls._VALUES))
        except (KeyError, TypeError) as error:
            raise CheckpointError(f"{path}: not a checkpoint of an upscaler") from error

    _VALUES = ("history", "step", "seconds")


# ---- loop ---------------------------------------------------------------------------------------


def train_step(run: Run, x: Tensor, y: Tensor) -> float:
    """Update the weights once; return the loss.

    Args:
        run: network and optimizer.
        x: inputs, (N, 3, H, W) in 0..1.
        y: targets, the scale times as high and wide.

    Raises:
        DivergedError: the loss is not finite.
    """
    settings = run.settings
    done = run.step / settings.steps
    cosine = max(0.5 * (1 + math.cos(math.pi * min(done, 1))), 0.005)
    _set_rate(run.optimizer, settings.learning_rate * cosine)
    # At the end, where the learning rate is small, bfloat16's rounding would show.
    mixed = run.precision == "bfloat16" and done < 0.75
    with torch.autocast(x.device.type, torch.bfloat16, enabled=mixed):
        predicted = run.network(x)
    predicted = predicted.float()
    if settings.look == "crisp":
        loss = (
            settings.l1_weight * F.l1_loss(predicted, y)
            + settings.feature_weight * run.distance(predicted, y)
            + settings.adversarial_weight * generator_loss(run.discriminator, predicted)
        )
    elif done < 1 - settings.squared_share:
        loss = F.l1_loss(predicted, y)
    else:
        loss = 4 * F.mse_loss(predicted, y)  # 4: about L1's size, where training ends
    found = float(loss.item())
    if not math.isfinite(found):
        raise DivergedError(f"diverged at step {run.step}; try a lower learning rate")
    _update(run.optimizer, loss, settings.clip)
    if settings.look == "crisp":
        _set_rate(run.discriminator_optimizer, settings.discriminator_rate * cosine)
        loss = discriminator_loss(run.discriminator, y, predicted.detach())
        _update(run.discriminator_optimizer, loss, settings.clip)
    run.step += 1
    _average(run)
    return found


def _set_rate(optimizer: torch.optim.Optimizer, rate: float) -> None:
    for group in optimizer.param_groups:
        group["lr"] = rate


def _update(optimizer: torch.optim.Optimizer, loss: Tensor, clip: float) -> None:
    optimizer.zero_grad(set_to_none=True)
    loss.backward()  # type: ignore[no-untyped-call]
    nn.utils.clip_grad_norm_([w for g in optimizer.param_groups for w in g["params"]], clip)
    optimizer.step()


def _average(run: Run) -> None:
    """Move the averaged weights towards those of the moment, faster in the beginning."""
    decay = min(run.settings.ema, (1 + run.step) / (10 + run.step))
    averaged = run.averaged.state_dict()
    for name, new in folded(run.network, list(averaged)).items():
        if new.is_floating_point():
            averaged[name].lerp_(new, 1 - decay)
        else:
            averaged[name].copy_(new)


def faster_precision(run: Run, x: Tensor, y: Tensor) -> str:
    """Measure a step's computing in either precision; return the faster one's name."""
    seconds = {}
    for name, mixed in (("float32", False), ("bfloat16", True)):
        for _ in range(2):  # the first warms up
            start = perf_counter()
            with torch.autocast(x.device.type, torch.bfloat16, enabled=mixed):
                predicted = run.network(x)
            F.l1_loss(predicted.float(), y).backward()  # type: ignore[no-untyped-call]
            if x.is_cuda:
                torch.cuda.synchronize()
            seconds[name] = perf_counter() - start
        run.optimizer.zero_grad(set_to_none=True)
    logger.info("a step in float32: %.2f s, in bfloat16: %.2f s", *seconds.values())
    return min(seconds, key=lambda name: seconds[name])


def train(
    folders: Sequence[Path],
    validation: Sequence[Path],
    out: Path,
    settings: Settings,
    init_from: Path | None = None,
) -> None:
    """Train, or go on training, into the folder ``out``.

    Args:
        folders: photos to learn from, less those held out.
        validation: folders to judge by, a column of the log each.
        out: receives ``checkpoint.pt`` and ``log.csv``.
        settings: all but ``steps`` and ``every`` must be the same when a run goes on.
        init_from: weights or checkpoint to begin with; what does not fit is left out.

    Raises:
        EmptyFolderError: a folder holds no usable picture.
        CheckpointError: ``out`` holds a run with other settings.
        DivergedError: the loss is not finite; the last checkpoint is kept.
        ValueError: a setting or a file does not fit, or only held-out pictures are left.
    """
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    run = Run(settings, device)
    if run.resume(out):
        logger.info("going on at step %d", run.step)
    elif init_from:
        run.init_from(init_from)
    if run.step >= settings.steps:
        logger.info("%s is finished", out)
        return
    sides = [int(side) for side in settings.sides.split(",")]
    patches = Patches(load_photos(training_files(folders), sides), settings)
    judges = [Validation.read(folder, settings) for folder in validation]
    out.mkdir(parents=True, exist_ok=True)

    losses: list[float] = []
    with StopRequest() as stop, ThreadPoolExecutor(1) as prefetch:
        upcoming = prefetch.submit(patches.batch, run.step)
        if run.precision == "auto":
            x, y = (part.to(device) for part in upcoming.result())
            run.precision = faster_precision(run, x, y)
        before, started, spoken = run.seconds, perf_counter(), perf_counter()
        first = run.step
        while run.step < settings.steps and not stop.made:
            x, y = (part.to(device) for part in upcoming.result())
            upcoming = prefetch.submit(patches.batch, run.step + 1)
            losses.append(train_step(run, x, y))
            run.seconds = before + perf_counter() - started
            if run.step % settings.every == 0 or run.step == settings.steps:
                figures = {judge.name: judge.psnr(run.averaged) for judge in judges}
                line = {"step": run.step, "seconds": round(run.seconds)}
                run.history.append({**line, "loss": float(np.mean(losses)), **figures})
                losses.clear()
                run.save(out)
                logger.info("  ".join(f"{k} {v:.4g}" for k, v in run.history[-1].items()))
            elif perf_counter() - spoken > 20:
                spoken = perf_counter()
                pace = (run.seconds - before) / (run.step - first)
                left = pace * (settings.steps - run.step)
                logger.info(
                    "step %d of %d, loss %.4f, %.2f s a step, %d s left",
                    run.step, settings.steps, np.mean(losses), pace, left,
                )  # fmt: skip
        if stop.made:
            run.save(out)
            logger.info("stopped at step %d; start again to go on", run.step)


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


def parser() -> argparse.ArgumentParser:
    """Describe the command's arguments."""
    parser = argparse.ArgumentParser(prog="python -m training.upscaler", description=__doc__)
    parser.add_argument("folders", type=Path, nargs="+", metavar="DIR", help="photos")
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="RUN",
                        help="folder of the run; an unfinished one goes on")  # fmt: skip
    parser.add_argument("--val", type=Path, nargs="+", required=True, metavar="DIR",
                        help="photos held out")  # fmt: skip
    parser.add_argument("--init-from", type=Path, metavar="FILE",
                        help="weights or checkpoint to begin with")  # fmt: skip
    for field in dataclasses.fields(Settings):
        option = "--" + field.name.replace("_", "-")
        text = field.metadata["help"]
        if isinstance(field.default, bool):
            parser.add_argument(option, action="store_true", help=text)
        else:
            parser.add_argument(option, type=type(field.default), default=field.default,
                                help=f"{text} (default: {field.default})")  # fmt: skip
    return parser


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    command = parser()
    options = command.parse_args(arguments)
    names = [field.name for field in dataclasses.fields(Settings)]
    try:
        settings = Settings(**{name: getattr(options, name) for name in names})
        train(options.folders, options.val, options.output, settings, options.init_from)
    except (ValueError, OSError) as error:
        command.error(str(error))


if __name__ == "__main__":
    main()
