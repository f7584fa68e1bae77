"""Joint upsampling: a small picture carried to full size along the edges of a large guide.

Source: He & Sun, "Fast Guided Filter", 2015, https://arxiv.org/abs/1505.00996. Around every
pixel the small picture is written as a linear function of the guide, q = a·I + b; the
coefficients a and b are smooth, so they, and not the picture, are what is kept on a coarse grid
and enlarged. Edges and texture of the result come from the full-size guide.
"""

from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn import functional as nnf

CELL = 2  # pixels, side of the squares that the coefficients are fitted on


def coefficients(
    guide: Tensor,
    picture: Tensor,
    radius: int,
    eps: float,
    slopes: Callable[[Tensor], Tensor] = lambda a: a,
) -> Tensor:
    """Fit the local linear functions.

    Args:
        guide: I, (1, 1, H, W) in 0..1.
        picture: p, (1, C, H, W).
        radius: half the side of the window, pixels; rounded to whole cells, one at least.
        eps: regularisation; a variance of the guide well below it counts as flat.
        slopes: may change the slopes a, (1, C, h, w), before they are smoothed; the picture's
            local mean stays as it is.

    Returns:
        (1, 2C, h, w): a for each channel, then b for each channel, one pair for each cell of
        :data:`CELL` by :data:`CELL` pixels; enlarged evenly, the grid covers the picture.
    """
    channels = picture.shape[1]
    reach = max(1, round(radius / CELL))
    moments = torch.cat([guide, guide * guide, picture, guide * picture], 1)
    # Averaging into cells first makes the windows cheap: the moments are those of all pixels.
    moments = _box(shrink(moments, CELL), reach)
    mean_i, mean_ii, mean_p, mean_ip = torch.split(moments, [1, 1, channels, channels], 1)
    variance = (mean_ii - mean_i * mean_i).clamp(min=0)
    a = slopes((mean_ip - mean_i * mean_p) / (variance + eps))
    b = mean_p - a * mean_i
    return _box(torch.cat([a, b], 1), reach)


class Enlarged:
    """Coefficients enlarged to the size of a picture, strip by strip.

    Enlarged coefficients are six times as large as the guide: working in strips of rows bounds
    the memory, and strips that fit the processor's cache are fast.

    Args:
        lines: from :func:`coefficients`, (1, 2C, h, w).
        height: rows of the whole picture.
        width: columns of the whole picture.
        strip: largest number of rows asked for at once.
    """

    def __init__(self, lines: Tensor, height: int, width: int, strip: int) -> None:
        channels, rows = lines.shape[1:3]
        wide = nnf.interpolate(lines, (rows, width), mode="bilinear", align_corners=False)
        self._lines = wide[0].transpose(0, 1).contiguous()  # (h, 2C, width)
        centre = (torch.arange(height, device=lines.device) + 0.5) * rows / height - 0.5
        centre = centre.clamp(0, rows - 1)
        self._above = centre.floor().long()
        self._below = (self._above + 1).clamp(max=rows - 1)
        self._weight = (centre - self._above).view(-1, 1, 1).to(lines.dtype)
        # Fresh memory for every strip would cost more than the arithmetic.
        self._rows_above, self._rows_below = lines.new_empty(2, strip, channels, width)
        self._result = lines.new_empty(strip, channels // 2, width)

    def apply(self, guide: Tensor, top: int) -> Tensor:
        """Evaluate the functions on the rows ``top`` and following of the full-size guide.

        Args:
            guide: (rows, width).
            top: index of the first row.

        Returns:
            (rows, C, width), not clipped; overwritten by the next call.
        """
        count = len(guide)
        rows = slice(top, top + count)
        above, below = self._rows_above[:count], self._rows_below[:count]
        torch.index_select(self._lines, 0, self._above[rows], out=above)
        torch.index_select(self._lines, 0, self._below[rows], out=below)
        a, b = torch.lerp(above, below, self._weight[rows], out=above).chunk(2, 1)
        return torch.addcmul(b, a, guide[:, None], out=self._result[:count])


def shrink(x: Tensor, factor: int) -> Tensor:
    """Shrink (1, C, H, W) by a whole factor; sides that it does not divide are rounded up."""
    size = [-(-side // factor) for side in x.shape[2:]]
    # By 2 this is the mean of 2×2 pixels, and much faster than torch's averaging.
    mode = "bilinear" if factor == 2 else "area"
    return nnf.interpolate(x, size, mode=mode)


def _box(x: Tensor, radius: int) -> Tensor:
    """Mean over windows of side 2·radius + 1, cut off at the borders (1, C, H, W).

    As products with banded matrices: on a coarse grid faster than sums over windows.
    """
    height, width = x.shape[2:]
    return _band(height, radius, x) @ x @ _band(width, radius, x).T


def _band(length: int, radius: int, like: Tensor) -> Tensor:
    """The matrix (length, length) that takes means of up to 2·radius + 1 neighbours."""
    place = torch.arange(length, device=like.device)
    near = ((place[:, None] - place).abs() <= radius).to(like.dtype)
    return near / near.sum(1, keepdim=True)
