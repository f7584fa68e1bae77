"""Light and tone at the working size."""

import pytest
import torch

from model_layer.effects import Strength
from model_layer.neon import grading
from model_layer.networks.tensors import luma


def grey(level: float, side: int = 32) -> torch.Tensor:
    return torch.full((1, 1, side, side), level)


def plain(red: float, green: float, blue: float) -> torch.Tensor:
    return torch.tensor([red, green, blue]).view(1, 3, 1, 1).expand(1, 3, 16, 16)


def random(*shape: int) -> torch.Tensor:
    return torch.rand(*shape, generator=torch.Generator().manual_seed(1))


@pytest.mark.parametrize(
    ("level", "expected"),
    [
        (0.2, 0.2),  # a night already
        (0.38, 0.38),
        (0.05, 0.08),  # underexposed
    ],
)
def test_dark_photos_are_exposed_for_the_night(level: float, expected: float) -> None:
    assert float(grading.expose_for_night(grey(level)).mean()) == pytest.approx(expected, abs=1e-3)


def test_a_bright_photo_becomes_a_night() -> None:
    assert float(grading.expose_for_night(grey(0.7)).mean()) == pytest.approx(0.4, abs=0.02)


@pytest.mark.parametrize("level", [0.0, 0.004, 0.97, 1.0])
def test_exposure_has_limits(level: float) -> None:
    exposed = grading.expose_for_night(grey(level))
    low, high = grading.GAMMAS
    assert exposed.min() >= 0
    assert exposed.max() <= level**low
    assert exposed[0, 0, 16, 16] >= level**high - 0.02


def test_light_falls_off_towards_the_corners_of_even_bright_areas() -> None:
    exposed = grading.expose_for_night(grey(0.9))[0, 0]
    assert exposed[0, 0] < 0.5 * exposed[16, 16]
    assert torch.allclose(exposed, exposed.flip(0, 1), atol=1e-4)


def test_light_does_not_fall_off_in_dark_or_textured_areas() -> None:
    assert torch.allclose(grading.expose_for_night(grey(0.3)), grey(0.3), atol=1e-6)
    stripes = torch.zeros(1, 1, 64, 64)
    stripes[..., ::8] = stripes[..., 1::8] = stripes[..., 2::8] = stripes[..., 3::8] = 0.75
    assert torch.allclose(grading.expose_for_night(stripes), stripes, atol=0.02)


@pytest.mark.parametrize(
    ("photo", "answer", "expected"),
    [
        (0.6, 0.7, 0.48),  # bright: kept below the day's light
        (0.6, 0.4, 0.4),  # dark enough as it is
        (0.1, 0.25, 0.25),  # a night photo may become brighter
    ],
)
def test_a_night_is_darker_than_its_day(photo: float, answer: float, expected: float) -> None:
    darkened = grading.darken(plain(answer, answer, answer), grey(photo))
    assert float(darkened.mean()) == pytest.approx(expected, abs=1e-3)


def test_red_shadows_become_blue_black() -> None:
    red, _, blue = grading.cool_shadows(plain(0.4, 0.0, 0.05), grey(0.03, 16))[0, :, 0, 0]
    assert red < 0.1
    assert blue > red


def test_lit_areas_keep_their_colour() -> None:
    red = plain(0.8, 0.1, 0.1)
    assert torch.equal(grading.cool_shadows(red, grey(0.3, 16)), red)


def test_strengths_are_in_order_of_colour() -> None:
    muted = plain(0.5, 0.4, 0.6)
    spreads = [
        float((made.amax(1, keepdim=True) - luma(made)).mean())
        for made in (
            grading.intensify(muted, grading.LOOKS[s]) for s in (Strength.NEON, Strength.MAX)
        )
    ]
    assert 0.12 < spreads[0] < spreads[1]


def test_colours_stop_at_about_the_limits_of_the_display() -> None:
    intense = grading.intensify(random(1, 3, 40, 40), grading.LOOKS[Strength.MAX])
    assert intense.min() > -0.15
    assert intense.max() < 1.15


def test_intensity_keeps_grey_grey_and_hues_hues() -> None:
    look = grading.LOOKS[Strength.MAX]
    grey_result = grading.intensify(plain(0.5, 0.5, 0.5), look)
    assert torch.allclose(grey_result[:, :1].expand(-1, 3, -1, -1), grey_result, atol=1e-5)
    picture = random(1, 3, 20, 20)
    result = grading.intensify(picture, look)
    before, after = picture - luma(picture), result - luma(result)
    cosine = torch.cosine_similarity(before, after, dim=1)
    assert cosine.min() > 0.999


def test_texture_is_never_flat_or_upside_down() -> None:
    slopes = random(1, 3, 20, 20) * 2 - 1
    kept = grading.keep_texture(slopes)
    assert luma(kept).min() > grading.LEAST_SLOPE - 1e-5
    assert torch.allclose(kept - luma(kept), slopes - luma(slopes), atol=1e-6)  # of luma alone


def test_the_photo_is_mixed_in_as_if_pixel_by_pixel() -> None:
    photo, lines, share = random(1, 3, 8, 8), random(1, 6, 8, 8), 0.4
    guide = luma(photo)
    mixture = share * photo + (1 - share) * (lines[:, :3] * guide + lines[:, 3:])
    grey_part = luma(mixture)
    expected = grey_part + grading.MIXED_CHROMA * (mixture - grey_part)
    mixed, own = grading.mix_photo(lines, share)
    assert torch.allclose(own * photo + mixed[:, :3] * guide + mixed[:, 3:], expected, atol=1e-5)


def test_without_the_photo_nothing_is_mixed() -> None:
    lines = random(1, 6, 3, 3)
    mixed, own = grading.mix_photo(lines, 0.0)
    assert own == 0
    assert torch.equal(mixed, lines)
