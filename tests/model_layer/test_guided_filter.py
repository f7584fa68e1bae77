"""Joint upsampling."""

import numpy as np
import pytest
import torch
from torch.nn import functional as nnf

from model_layer.guided_filter import apply_rows, coefficients


def random(*shape: int) -> torch.Tensor:
    return torch.rand(*shape, generator=torch.Generator().manual_seed(1))


def test_a_linear_function_of_the_guide_is_carried_over_exactly() -> None:
    """Colours that depend linearly on the guide survive at full resolution, edges included."""
    full = random(1, 1, 96, 128)
    small = nnf.interpolate(full, scale_factor=0.25, mode="area")
    picture = torch.cat([0.2 + 0.5 * small, 0.9 - 0.3 * small, 0.1 * small], 1)
    result = apply_rows(coefficients(small, picture, 3, 1e-8), full, 0, 96)
    expected = torch.cat([0.2 + 0.5 * full, 0.9 - 0.3 * full, 0.1 * full], 1)
    assert torch.allclose(result, expected, atol=1e-3)


def test_a_flat_guide_gives_the_local_mean() -> None:
    guide, picture = torch.full((1, 1, 40, 40), 0.5), random(1, 3, 40, 40)
    result = apply_rows(coefficients(guide, picture, 40, 1e-4), guide, 0, 40)
    assert torch.allclose(result, picture.mean((2, 3), keepdim=True).expand_as(result), atol=1e-5)


def test_box_mean_against_a_direct_sum() -> None:
    """With a guide of zeros a vanishes and b is the box mean of the box mean of the picture."""
    picture = random(1, 1, 9, 7)
    lines = coefficients(torch.zeros_like(picture), picture, 1, 1.0)

    def box(x: np.ndarray[tuple[int, ...], np.dtype[np.float32]]) -> list[list[float]]:
        rows, columns = x.shape
        return [
            [float(x[max(0, r - 1) : r + 2, max(0, c - 1) : c + 2].mean()) for c in range(columns)]
            for r in range(rows)
        ]

    expected = box(np.array(box(picture[0, 0].numpy()), np.float32))
    assert torch.allclose(lines[0, 1], torch.tensor(expected), atol=1e-5)


@pytest.mark.parametrize("strip", [1, 7, 32, 61])
def test_strips_equal_the_whole(strip: int) -> None:
    lines, guide = random(1, 6, 13, 17), random(1, 1, 61, 80)
    whole = apply_rows(lines, guide, 0, 61)
    parts = [apply_rows(lines, guide[:, :, y : y + strip], y, 61) for y in range(0, 61, strip)]
    assert torch.allclose(torch.cat(parts, 2), whole, atol=1e-6)


def test_enlargement_is_torchs_bilinear() -> None:
    lines, guide = random(1, 6, 13, 17), random(1, 1, 61, 80)
    a, b = nnf.interpolate(lines, (61, 80), mode="bilinear").chunk(2, 1)
    assert torch.allclose(apply_rows(lines, guide, 0, 61), a * guide + b, atol=1e-5)
