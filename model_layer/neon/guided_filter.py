"""Joint upsampling: a small picture carried to full size along the edges of a large guide.

Source: He & Sun, "Fast Guided Filter", 2015, https://arxiv.org/abs/1505.00996, with the guide in
colour of He et al., "Guided Image Filtering", 2013, equation 14: edges between colours of one
brightness hold too. Luma alone follows luma alone. Around every pixel the small picture is written
as a linear function of the guide, q = A·I + b; the coefficients A and b are smooth, so they, and
not the picture, are what is kept on a coarse grid and enlarged. Edges and texture of the result
come from the full-size guide.
"""

from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn import functional as nnf

from model_layer.networks.tensors import chroma, luma

WIDE_VALUES = 500_000  # of the coefficients that are enlarged to the width at a time: 2 MB
CELL = 2  # pixels, side of the squares that the coefficients are fitted on


def coefficients(
    guide: Tensor,
    picture: Tensor,
    radius: int,
    eps: tuple[float, float],
    slopes: Callable[[Tensor], Tensor] = lambda a: a,
) -> Tensor:
    """Fit the local linear functions.

    Args:
        guide: I, (1, 3, H, W) in 0..1.
        picture: p, (1, 3, H, W).
        radius: half the side of the window, pixels; rounded to whole cells, one at least.
        eps: regularisation, for the guide's luma and for its colour; a variance well below it
            counts as flat.
        slopes: may change the slopes on the guide's luma, (1, 3, h, w), before they are smoothed;
            the picture's local mean stays as it is.

    Returns:
        (1, 12, h, w): what to add to red, green and blue for each unit of the guide's red, of its
        green and of its blue, then the constants; one set for each cell of :data:`CELL` by
        :data:`CELL` pixels; enlarged evenly, the grid covers the picture.
    """
    # Luma and two differences from it: of a grey guide the latter are zero, where red, green and
    # blue would be one value thrice, and their covariances could not be inverted.
    y = luma(guide)
    i = torch.cat([y, chroma(guide)], 1)
    p = picture
    pairs = torch.cat([i * i, i[:, :1] * i[:, 1:2], i[:, :1] * i[:, 2:], i[:, 1:2] * i[:, 2:]], 1)
    products = (i[:, :, None] * p[:, None]).flatten(1, 2)
    reach = max(1, round(radius / CELL))
    # Averaging into cells first makes the windows cheap: the moments are those of all pixels.
    moments = box(shrink(torch.cat([i, p, pairs, products], 1), CELL), reach)
    i, p, pairs, products = torch.split(moments, [3, 3, 6, 9], 1)
    u, v, w = torch.split(i, 1, 1)
    squares = i * i
    variances = (pairs[:, :3] - squares).clamp(min=0)
    uu, vv, ww = torch.split(
        variances + variances.new_tensor([eps[0], eps[1], eps[1]]).view(1, 3, 1, 1), 1, 1
    )
    uv, uw, vw = torch.split(pairs[:, 3:] - torch.cat([u * v, u * w, v * w], 1), 1, 1)
    expected = (i[:, :, None] * p[:, None]).flatten(1, 2)
    cu, cv, cw = torch.split(products - expected, 3, 1)
    # The inverse of the symmetric matrix of covariances, by its cofactors.
    m_uu, m_uv, m_uw = vv * ww - vw * vw, uw * vw - uv * ww, uv * vw - uw * vv
    m_vv, m_vw, m_ww = uu * ww - uw * uw, uv * uw - uu * vw, uu * vv - uv * uv
    scale = 1 / (uu * m_uu + uv * m_uv + uw * m_uw)
    au = (m_uu * cu + m_uv * cv + m_uw * cw) * scale
    av = (m_uv * cu + m_vv * cv + m_vw * cw) * scale
    aw = (m_uw * cu + m_vw * cv + m_ww * cw) * scale
    # Brightness follows brightness alone: what is one texture in grey stays one.
    au = slopes(au - luma(au) + luma(cu) / uu)
    av, aw = av - luma(av), aw - luma(aw)
    b = p - au * u - av * v - aw * w
    # Back to red, green and blue: y = 0.299 r + 0.587 g + 0.114 b, v = r - y, w = b - y.
    rest = au - av - aw
    lines = torch.cat([0.299 * rest + av, 0.587 * rest, 0.114 * rest + aw, b], 1)
    return box(lines, reach)


class Enlarged:
    """Coefficients enlarged to the size of a picture, strip by strip.

    Enlarged coefficients are four times as large as the picture: working in strips of rows bounds
    the memory, and strips that fit the processor's cache are fast.

    Args:
        lines: from :func:`coefficients`, (1, 12, h, w).
        height: rows of the whole picture.
        width: columns of the whole picture.
        strip: largest number of rows asked for at once.
    """

    def __init__(self, lines: Tensor, height: int, width: int, strip: int) -> None:
        channels, rows = lines.shape[1:3]
        self._lines = lines
        self._width = width
        # Of these the rows that are needed next are enlarged to the width: (n, 12, width).
        self._wide = lines.new_empty(0, channels, width)
        self._wide_from = 0
        self._wide_most = max(1, WIDE_VALUES // (channels * width))
        centre = (torch.arange(height, device=lines.device) + 0.5) * rows / height - 0.5
        centre = centre.clamp(0, rows - 1)
        self._above = centre.floor().long()
        self._below = (self._above + 1).clamp(max=rows - 1)
        self._needed = list(zip(self._above.tolist(), self._below.tolist()))
        self._weight = (centre - self._above).view(-1, 1, 1).to(lines.dtype)
        # Fresh memory for every strip would cost more than the arithmetic.
        self._rows_above, self._rows_below = lines.new_empty(2, strip, channels, width)
        self._result = lines.new_empty(strip, 3, width)

    def apply(self, guide: Tensor, top: int) -> Tensor:
        """Evaluate the functions on the rows ``top`` and following of the full-size guide.

        Args:
            guide: (rows, 3, width).
            top: index of the first row.

        Returns:
            (rows, 3, width), not clipped; overwritten by the next call.
        """
        count = len(guide)
        rows = slice(top, top + count)
        self._widen(self._needed[top][0], self._needed[top + count - 1][1])
        above, below = self._rows_above[:count], self._rows_below[:count]
        torch.index_select(self._wide, 0, self._above[rows] - self._wide_from, out=above)
        torch.index_select(self._wide, 0, self._below[rows] - self._wide_from, out=below)
        red, green, blue, b = torch.lerp(above, below, self._weight[rows], out=above).chunk(4, 1)
        result = torch.addcmul(b, red, guide[:, :1], out=self._result[:count])
        return result.addcmul_(green, guide[:, 1:2]).addcmul_(blue, guide[:, 2:])

    def _widen(self, first: int, last: int) -> None:
        """Have the rows from ``first`` to ``last`` enlarged to the width, and some after them."""
        if self._wide_from <= first and last < self._wide_from + len(self._wide):
            return
        part = self._lines[:, :, first : first + max(self._wide_most, last - first + 1)]
        size = part.shape[2], self._width
        wide = nnf.interpolate(part, size, mode="bilinear", align_corners=False)
        self._wide = wide[0].transpose(0, 1).contiguous()
        self._wide_from = first


def shrink(x: Tensor, factor: int) -> Tensor:
    """Shrink (1, C, H, W) by a whole factor; sides that it does not divide are rounded up."""
    size = [-(-side // factor) for side in x.shape[2:]]
    # By 2 this is the mean of 2×2 pixels, and much faster than torch's averaging.
    mode = "bilinear" if factor == 2 else "area"
    return nnf.interpolate(x, size, mode=mode)


def box(x: Tensor, radius: int) -> Tensor:
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
