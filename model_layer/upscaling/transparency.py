"""Enlarging what is transparent, without rims along its edges."""

from collections.abc import Callable

import torch
from PIL import Image, ImageChops, ImageFilter
from torch import Tensor
from torch.nn import functional as F  # noqa: N812  # as everywhere

from model_layer.networks.tensors import to_image, to_tensor


def bleed(colour: Image.Image, alpha: Image.Image) -> Image.Image:
    """Carry the visible colours on into what is fully transparent.

    Where alpha is 0 a picture may hold any colour, often black. A network looks at the pixels
    around each pixel, so that a colour nobody saw would show along the edges of what is visible.
    The holes are filled from coarser and coarser versions of the picture (push-pull: Gortler et
    al. 1996, "The Lumigraph", section 3.4).

    Args:
        colour: mode L or RGB.
        alpha: mode L, same size.

    Returns:
        The colours, unchanged wherever alpha is not 0.
    """
    with torch.inference_mode():
        filled = to_image(_filled(to_tensor(colour), to_tensor(alpha)))
    filled.paste(colour, mask=alpha.point(lambda level: 255 if level else 0))
    return filled


def enlarge_alpha(
    alpha: Image.Image, scale: int, enlarge: Callable[[Image.Image], Image.Image]
) -> Image.Image:
    """Enlarge an alpha channel by what enlarges the colours: edges as sharp as theirs.

    What is fully opaque or fully transparent stays so: no pixel leaves the range of the nine
    around the one that it comes from.

    Args:
        alpha: mode L.
        scale: of ``enlarge``.
        enlarge: from RGB to RGB; not called for an alpha that is the same everywhere.
    """
    size = (alpha.width * scale, alpha.height * scale)
    lowest, highest = alpha.getextrema()
    if lowest == highest:
        return alpha.resize(size, Image.Resampling.NEAREST)
    floor = alpha.filter(ImageFilter.MinFilter(3)).resize(size, Image.Resampling.NEAREST)
    ceiling = alpha.filter(ImageFilter.MaxFilter(3)).resize(size, Image.Resampling.NEAREST)
    enlarged = enlarge(alpha.convert("RGB")).convert("L")
    return ImageChops.lighter(floor, ImageChops.darker(ceiling, enlarged))


def _filled(colour: Tensor, weight: Tensor) -> Tensor:
    """Fill (N, C, H, W) where the weight, (N, 1, H, W), is 0."""
    known = weight > 0
    if bool(known.all()) or colour.shape[-2:] == (1, 1):
        return colour
    pooled = _halved(weight)
    # A coarse pixel counts in full if there is anything to it: its colour is an average already.
    coarse = _filled(_halved(colour * weight) / pooled.clamp_min(1e-9), (pooled > 0).float())
    size = colour.shape[-2:]
    return torch.where(known, colour, F.interpolate(coarse, size, mode="bilinear"))


def _halved(x: Tensor) -> Tensor:
    return F.avg_pool2d(x, 2, ceil_mode=True, count_include_pad=False)
