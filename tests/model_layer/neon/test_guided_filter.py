"""Joint upsampling."""

import numpy as np
import pytest
import torch
from torch.nn import functional as nnf

from model_layer.neon.guided_filter import CELL, Enlarged, coefficients, shrink
from model_layer.networks.tensors import LUMA, luma


def random(*shape: int) -> torch.Tensor:
    return torch.rand(*shape, generator=torch.Generator().manual_seed(1))


def enlarged(lines: torch.Tensor, guide: torch.Tensor, strip: int) -> torch.Tensor:
    """The functions on a whole guide (3, H, W), strip by strip: (3, H, W)."""
    height, width = guide.shape[1:]
    whole = Enlarged(lines, height, width, strip)
    rows = guide.transpose(0, 1)
    parts = [whole.apply(rows[top : top + strip], top).clone() for top in range(0, height, strip)]
    return torch.cat(parts).transpose(0, 1)


def test_a_linear_function_of_the_guide_is_carried_over_exactly() -> None:
    """Colours that depend linearly on the guide's survive at full resolution, edges included."""
    full = random(1, 3, 96, 128)
    small = nnf.interpolate(full, scale_factor=0.25, mode="area")
    turn = torch.tensor([[0.2, 0.5, -0.1], [0.0, 0.4, 0.3], [-0.3, 0.0, 0.8]])
    weights = torch.tensor(LUMA)
    mixture = turn + (0.6 * weights - weights @ turn)  # luma becomes 0.6 of itself
    constant = torch.tensor([0.2, 0.1, 0.3]).view(3, 1, 1)
    picture = torch.einsum("ki,nihw->nkhw", mixture, small) + constant
    result = enlarged(coefficients(small, picture, 3, (1e-8, 1e-8)), full[0], 96)
    expected = torch.einsum("ki,ihw->khw", mixture, full[0]) + constant
    assert torch.allclose(result, expected, atol=1e-3)


def test_an_edge_between_colours_of_one_brightness_holds() -> None:
    guide = torch.zeros(1, 3, 40, 40)
    guide[:, :, :, :20] = torch.tensor([0.6, 0.3, 0.2]).view(1, 3, 1, 1)
    guide[:, :, :, 20:] = torch.tensor([0.2, 0.488, 0.281]).view(1, 3, 1, 1)  # the same luma
    picture = torch.zeros(1, 3, 40, 40)
    picture[:, 0, :, :20] = 1
    red = enlarged(coefficients(guide, picture, 4, (1e-4, 1e-4)), guide[0], 40)[0]
    assert red[:, 19].min() > 0.8
    assert red[:, 20].max() < 0.2


@pytest.mark.parametrize("level", [0.0, 0.5, 1.0])
def test_a_flat_guide_gives_the_local_mean(level: float) -> None:
    guide, picture = torch.full((1, 3, 40, 40), level), random(1, 3, 40, 40)
    result = enlarged(coefficients(guide, picture, 40, (1e-4, 1e-4)), guide[0], 40)
    assert torch.allclose(result, picture[0].mean((1, 2)).view(3, 1, 1), atol=1e-5)


def test_a_grey_guide_is_as_good_as_one_in_colour() -> None:
    """Its three channels are one, so their covariances alone could not be inverted."""
    guide = random(1, 1, 64, 64).expand(-1, 3, -1, -1)
    picture = torch.cat([0.2 + 0.5 * guide[:, :1], 0.9 - 0.3 * guide[:, :1], guide[:, :1]], 1)
    result = enlarged(coefficients(guide, picture, 3, (1e-8, 1e-8)), guide[0], 64)
    assert torch.allclose(result, picture[0], atol=1e-3)


def test_box_mean_against_a_direct_sum() -> None:
    """With a guide of zeros A vanishes and b is the box mean of the box mean of the picture."""
    cells = random(1, 1, 9, 7)
    picture = cells.repeat_interleave(CELL, 2).repeat_interleave(CELL, 3).expand(-1, 3, -1, -1)
    lines = coefficients(torch.zeros_like(picture), picture, CELL, (1.0, 1.0))

    def box(x: np.ndarray[tuple[int, ...], np.dtype[np.float32]]) -> list[list[float]]:
        rows, columns = x.shape
        return [
            [float(x[max(0, r - 1) : r + 2, max(0, c - 1) : c + 2].mean()) for c in range(columns)]
            for r in range(rows)
        ]

    expected = box(np.array(box(cells[0, 0].numpy()), np.float32))
    assert torch.allclose(lines[0, 9], torch.tensor(expected), atol=1e-5)


def test_changed_slopes_keep_the_local_mean() -> None:
    """Twice the contrast, around the same mean."""
    guide = random(1, 1, 40, 40).expand(-1, 3, -1, -1)
    lines = coefficients(guide, guide, 100, (1e-8, 1e-8), lambda a: 2 * a)
    result = enlarged(lines, guide[0], 40)
    mean = guide.mean()
    assert torch.allclose(result[0], mean + 2 * (guide[0, 0] - mean), atol=0.05)


@pytest.mark.parametrize("size", [(1, 1), (1, 9), (7, 2)])
def test_any_size(size: tuple[int, int]) -> None:
    lines = coefficients(random(1, 3, *size), random(1, 3, *size), 8, (1e-4, 1e-4))
    assert lines.shape == (1, 12, -(-size[0] // CELL), -(-size[1] // CELL))
    assert torch.isfinite(lines).all()


@pytest.mark.parametrize("strip", [1, 7, 32, 61])
def test_strips_equal_the_whole(strip: int) -> None:
    lines, guide = random(1, 12, 13, 17), random(3, 61, 80)
    assert torch.allclose(enlarged(lines, guide, strip), enlarged(lines, guide, 61), atol=1e-6)


@pytest.mark.parametrize("size", [(61, 80), (13, 17), (5, 300)])
def test_enlargement_is_torchs_bilinear(size: tuple[int, int]) -> None:
    lines, guide = random(1, 12, 13, 17), random(3, *size)
    *slopes, b = nnf.interpolate(lines, size, mode="bilinear")[0].chunk(4)
    expected = b + sum(slope * channel for slope, channel in zip(slopes, guide))
    assert torch.allclose(enlarged(lines, guide, 16), expected, atol=1e-5)


@pytest.mark.parametrize("factor", [2, 4])
def test_shrinking_takes_means(factor: int) -> None:
    x = random(1, 2, 8 * factor, 5 * factor)
    assert torch.allclose(shrink(x, factor), nnf.avg_pool2d(x, factor), atol=1e-6)
    assert shrink(random(1, 1, factor + 1, 1), factor).shape == (1, 1, 2, 1)


def test_brightness_follows_brightness_alone() -> None:
    """Colour of the guide may turn a hue, but lays no second texture over the first."""
    guide, picture = random(1, 3, 40, 40), random(1, 3, 40, 40).roll(7, 3)
    lines = coefficients(guide, picture, 4, (1e-4, 1e-4))
    other = guide + (guide.flip(3) - luma(guide.flip(3)))  # other colours, the same luma
    first, second = (luma(enlarged(lines, g[0], 40)[None]) for g in (guide, other))
    assert torch.allclose(first, second, atol=1e-4)
