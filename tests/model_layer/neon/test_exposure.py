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
    darkest = exposure.LEAST_SCALE * level**high
    assert darkest - 1e-3 <= float(exposed.mean()) <= level**low


def test_white_photos_leave_room_for_colour() -> None:
    """A gamma alone left them white, and the result pastel."""
    assert float(exposure.expose(plain(1.0)).mean()) == pytest.approx(exposure.LEAST_SCALE)


def test_what_is_dark_before_a_bright_background_stays_readable() -> None:
    photo = plain(0.9)
    photo[..., :2, :2] = 0.25
    exposed = exposure.expose(photo)
    assert float(exposed[..., :2, :2].mean()) > 1.5 * 0.25 ** exposure.GAMMAS[1]
    assert float(exposed[..., 4:, 4:].mean()) < 0.7


def test_hues_stay() -> None:
    photo = torch.tensor([0.9, 0.6, 0.7]).view(1, 3, 1, 1).expand(-1, -1, 4, 4)
    exposed = exposure.expose(photo)
    assert torch.allclose(exposed / exposed[:, :1], photo / photo[:, :1], atol=1e-4)
