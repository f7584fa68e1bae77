"""Joint upsampling."""

import numpy as np
import pytest
import torch
from torch.nn import functional as nnf

from model_layer.neon.guided_filter import CELL, Enlarged, coefficients, shrink


def random(*shape: int) -> torch.Tensor:
    return torch.rand(*shape, generator=torch.Generator().manual_seed(1))


def enlarged(lines: torch.Tensor, guide: torch.Tensor, strip: int) -> torch.Tensor:
    """The functions on a whole guide (H, W), strip by strip: (C, H, W)."""
    height, width = guide.shape
    whole = Enlarged(lines, height, width, strip)
    tops = range(0, len(guide), strip)
    parts = [whole.apply(guide[top : top + strip], top).clone() for top in tops]
    return torch.cat(parts).transpose(0, 1)


def test_a_linear_function_of_the_guide_is_carried_over_exactly() -> None:
    """Colours that depend linearly on the guide survive at full resolution, edges included."""
    full = random(96, 128)
    small = nnf.interpolate(full[None, None], scale_factor=0.25, mode="area")
    picture = torch.cat([0.2 + 0.5 * small, 0.9 - 0.3 * small, 0.1 * small], 1)
    result = enlarged(coefficients(small, picture, 3, 1e-8), full, 96)
    expected = torch.stack([0.2 + 0.5 * full, 0.9 - 0.3 * full, 0.1 * full])
    assert torch.allclose(result, expected, atol=1e-3)


def test_a_flat_guide_gives_the_local_mean() -> None:
    guide, picture = torch.full((1, 1, 40, 40), 0.5), random(1, 3, 40, 40)
    result = enlarged(coefficients(guide, picture, 40, 1e-4), guide[0, 0], 40)
    assert torch.allclose(result, picture[0].mean((1, 2), keepdim=True), atol=1e-5)


def test_box_mean_against_a_direct_sum() -> None:
    """With a guide of zeros a vanishes and b is the box mean of the box mean of the picture."""
    cells = random(1, 1, 9, 7)
    picture = cells.repeat_interleave(CELL, 2).repeat_interleave(CELL, 3)
    lines = coefficients(torch.zeros_like(picture), picture, CELL, 1.0)

    def box(x: np.ndarray[tuple[int, ...], np.dtype[np.float32]]) -> list[list[float]]:
        rows, columns = x.shape
        return [
            [float(x[max(0, r - 1) : r + 2, max(0, c - 1) : c + 2].mean()) for c in range(columns)]
            for r in range(rows)
        ]

    expected = box(np.array(box(cells[0, 0].numpy()), np.float32))
    assert torch.allclose(lines[0, 1], torch.tensor(expected), atol=1e-5)


def test_changed_slopes_keep_the_local_mean() -> None:
    """Twice the contrast, around the same mean."""
    guide = random(1, 1, 40, 40)
    lines = coefficients(guide, guide, 100, 1e-8, lambda a: 2 * a)
    result = enlarged(lines, guide[0, 0], 40)
    mean = guide.mean()
    assert torch.allclose(result[0], mean + 2 * (guide[0, 0] - mean), atol=0.05)


@pytest.mark.parametrize("size", [(1, 1), (1, 9), (7, 2)])
def test_any_size(size: tuple[int, int]) -> None:
    guide, picture = random(1, 1, *size), random(1, 3, *size)
    lines = coefficients(guide, picture, 8, 1e-4)
    assert lines.shape == (1, 6, -(-size[0] // CELL), -(-size[1] // CELL))
    assert torch.isfinite(lines).all()


@pytest.mark.parametrize("strip", [1, 7, 32, 61])
def test_strips_equal_the_whole(strip: int) -> None:
    lines, guide = random(1, 6, 13, 17), random(61, 80)
    assert torch.allclose(enlarged(lines, guide, strip), enlarged(lines, guide, 61), atol=1e-6)


@pytest.mark.parametrize("size", [(61, 80), (13, 17), (5, 300)])
def test_enlargement_is_torchs_bilinear(size: tuple[int, int]) -> None:
    lines, guide = random(1, 6, 13, 17), random(*size)
    a, b = nnf.interpolate(lines, size, mode="bilinear")[0].chunk(2)
    assert torch.allclose(enlarged(lines, guide, 16), a * guide + b, atol=1e-5)


@pytest.mark.parametrize("factor", [2, 4])
def test_shrinking_takes_means(factor: int) -> None:
    x = random(1, 2, 8 * factor, 5 * factor)
    assert torch.allclose(shrink(x, factor), nnf.avg_pool2d(x, factor), atol=1e-6)
    assert shrink(random(1, 1, factor + 1, 1), factor).shape == (1, 1, 2, 1)
