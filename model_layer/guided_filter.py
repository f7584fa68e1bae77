"""Joint upsampling: a small picture carried to full size along the edges of a large guide.

Source: He & Sun, "Fast Guided Filter", 2015, https://arxiv.org/abs/1505.00996. Around every
pixel the small picture is written as a linear function of the guide, q = a·I + b; the
coefficients a and b are smooth, so they, and not the picture, are what is enlarged. Edges and
texture of the result come from the full-size guide.
"""

import torch
from torch import Tensor
from torch.nn import functional as nnf


def coefficients(guide: Tensor, picture: Tensor, radius: int, eps: float) -> Tensor:
    """Fit the local linear functions.

    Args:
        guide: I, (1, 1, H, W) in 0..1.
        picture: p, (1, C, H, W).
        radius: half the side of the window, pixels.
        eps: regularisation; a variance of the guide well below it counts as flat.

    Returns:
        (1, 2C, H, W): a for each channel, then b for each channel.
    """
    channels = picture.shape[1]
    moments = _box(torch.cat([guide, guide * guide, picture, guide * picture], 1), radius)
    mean_i, mean_ii, mean_p, mean_ip = torch.split(moments, [1, 1, channels, channels], 1)
    a = (mean_ip - mean_i * mean_p) / (mean_ii - mean_i * mean_i + eps)
    b = mean_p - a * mean_i
    return _box(torch.cat([a, b], 1), radius)


def apply_rows(lines: Tensor, guide: Tensor, top: int, height: int) -> Tensor:
    """Evaluate enlarged coefficients for some rows of the full-size guide.

    Working in strips of rows bounds the memory: enlarged coefficients are six times as large as
    the guide.

    Args:
        lines: from :func:`coefficients`, (1, 2C, h, w).
        guide: the rows ``top`` and following of the full-size guide, (1, 1, rows, W).
        top: index of the first row.
        height: rows of the whole guide, H.

    Returns:
        (1, C, rows, W), not clipped.
    """
    rows, width = guide.shape[2:]
    lines = _interpolate_rows(lines, top, rows, height)
    lines = nnf.interpolate(lines, (rows, width), mode="bilinear", align_corners=False)
    a, b = lines.chunk(2, 1)
    return torch.addcmul(b, a, guide)


def _interpolate_rows(lines: Tensor, top: int, rows: int, height: int) -> Tensor:
    """Bilinear enlargement along the height alone, of a strip, as if the whole were enlarged."""
    small = lines.shape[2]
    centre = (torch.arange(top, top + rows, device=lines.device) + 0.5) * small / height - 0.5
    centre = centre.clamp(0, small - 1)
    above = centre.floor().long()
    below = (above + 1).clamp(max=small - 1)
    weight = (centre - above).view(1, 1, -1, 1)
    return torch.lerp(lines[:, :, above], lines[:, :, below], weight.to(lines.dtype))


def _box(x: Tensor, radius: int) -> Tensor:
    """Mean over windows of side 2·radius + 1, cut off at the borders (1, C, H, W)."""
    side = 2 * radius + 1
    return nnf.avg_pool2d(x, side, stride=1, padding=radius, count_include_pad=False)
