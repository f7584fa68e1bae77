"""A photo exposed as the night would."""

import pytest
import torch

from model_layer.neon import exposure


def plain(level: float) -> torch.Tensor:
    return torch.full((1, 3, 8, 8), level)


@pytest.mark.parametrize(
    ("level", "expected"),
    [
        (0.2, 0.2),  # a night already
        (0.38, 0.38),
        (0.05, 0.08),  # underexposed
        (0.6, 0.4),  # a bright day
    ],
)
def test_photos_are_exposed_for_the_night(level: float, expected: float) -> None:
    assert float(exposure.expose(plain(level)).mean()) == pytest.approx(expected, abs=1e-3)


@pytest.mark.parametrize("level", [0.0, 0.004, 0.97, 1.0])
def test_exposure_has_limits(level: float) -> None:
    exposed = exposure.expose(plain(level))
    low, high = exposure.GAMMAS
    assert level**high - 1e-3 <= float(exposed.mean()) <= level**low


def test_hues_stay() -> None:
    photo = torch.tensor([0.9, 0.6, 0.7]).view(1, 3, 1, 1).expand(-1, -1, 4, 4)
    exposed = exposure.expose(photo)
    assert torch.allclose(exposed / exposed[:, :1], photo / photo[:, :1], atol=1e-4)
