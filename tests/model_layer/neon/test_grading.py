"""What makes a strength."""

import math

import pytest
import torch

from model_layer.effects import Strength
from model_layer.neon import grading, light_map
from model_layer.neon.guided_filter import shrink
from model_layer.networks.tensors import chroma, luma


def in_degrees(colours: torch.Tensor) -> torch.Tensor:
    """Hues of (N, 3, h, w)."""
    red, blue = chroma(colours).chunk(2, 1)
    return torch.rad2deg(torch.atan2(blue, red))


def lamps(degrees: float, known: float = 1.0) -> torch.Tensor:
    """The same light in every cell, of length 0.6; nothing is said of the shadows."""
    hue = math.radians(degrees)
    light = torch.tensor([0.6 * math.cos(hue), 0.6 * math.sin(hue), 0, 0, known, 0])
    return light.view(1, 6, 1, 1).expand(1, 6, 3, 3) * torch.tensor(known)


def plain(red: float, green: float, blue: float) -> torch.Tensor:
    return torch.tensor([red, green, blue]).view(1, 3, 1, 1).expand(1, 3, 16, 16)


def random(*shape: int) -> torch.Tensor:
    return torch.rand(*shape, generator=torch.Generator().manual_seed(1))


def constant(picture: torch.Tensor) -> torch.Tensor:
    """Functions of any photo whose values are a picture, (1, 3, h, w)."""
    return torch.cat([torch.zeros(1, 9, *picture.shape[2:]), picture], 1)


def applied(lines: torch.Tensor, photo: torch.Tensor) -> torch.Tensor:
    slopes = lines[:, :9].reshape(1, 3, 3, *lines.shape[2:])
    return torch.einsum("bikhw,bihw->bkhw", slopes, photo) + lines[:, 9:]


def test_strengths_are_in_order_of_light() -> None:
    looks = [grading.LOOKS[strength] for strength in Strength]
    told = torch.cat([random(1, 4, 3, 3), torch.ones(1, 2, 3, 3)], 1)
    lengths = [grading.at_length(told, look)[:, :2].norm(dim=1).mean() for look in looks]
    assert lengths[0] < lengths[1] < lengths[2]


def test_lamps_keep_their_hue_and_what_is_unknown_stays_so() -> None:
    told = random(1, 6, 3, 3) * 4 - 2
    look = grading.LOOKS[Strength.NEON]
    made = grading.at_length(told, look)
    assert torch.equal(made[:, 4:], told[:, 4:])
    assert made[:, :2].norm(dim=1).max() <= look.longest + 1e-5
    assert torch.cosine_similarity(made[:, :2], told[:, :2], dim=1).min() > 0.999


def test_colours_stop_at_about_the_limits_of_the_display() -> None:
    photo, lines = random(1, 3, 80, 80), random(1, 12, 40, 40) * 0.4
    before, after = (
        grading.lit(each, photo) for each in (lines, grading.intensify(lines, photo, 2.0))
    )
    y = luma(before)
    assert torch.allclose(luma(after), y, atol=1e-5)
    inside = (y > 0.05) & (y < 0.95)
    assert (after * inside).min() > -0.02
    assert (after * inside).max() < 1.02


def test_intensity_keeps_brightness_grey_and_hues() -> None:
    photo = random(1, 3, 40, 40)
    grey = plain(0.5, 0.5, 0.5)
    assert torch.allclose(
        grading.intensify(constant(grey), random(1, 3, 32, 32), 1.5)[:, 9:], grey, atol=1e-5
    )
    picture = random(1, 3, 20, 20)
    result = grading.lit(grading.intensify(constant(picture), photo, 1.5), photo)
    assert torch.allclose(luma(result), luma(picture), atol=1e-5)
    before, after = picture - luma(picture), result - luma(result)
    assert torch.cosine_similarity(before, after, dim=1).min() > 0.999


def test_texture_is_never_flat_or_upside_down() -> None:
    slopes = random(1, 3, 20, 20) * 2 - 1
    kept = grading.keep_texture(slopes)
    assert luma(kept).min() > grading.LEAST_SLOPE - 1e-5
    assert torch.allclose(kept - luma(kept), slopes - luma(slopes), atol=1e-6)  # of luma alone


@pytest.mark.parametrize("share", [0.0, 0.4, 1.0])
def test_the_photo_is_mixed_in_as_if_pixel_by_pixel(share: float) -> None:
    photo, lines = random(1, 3, 8, 8), random(1, 12, 8, 8)
    mixture = share * photo + (1 - share) * applied(lines, photo)
    assert torch.allclose(applied(grading.mix_photo(lines, share), photo), mixture, atol=1e-5)


def test_bright_saturated_light_blooms_and_nothing_else_does() -> None:
    for colour, glows in (((1.0, 0.1, 0.8), True), ((1.0, 1.0, 1.0), False), ((0.3, 0, 0), False)):
        neon = torch.zeros(1, 3, 64, 64)
        neon[:, :, 28:36, 28:36] = torch.tensor(colour).view(1, 3, 1, 1)
        photo = random(1, 3, 128, 128)
        result = grading.lit(grading.add_bloom(constant(neon), photo, 0.4), photo)
        assert (float(result[0, 0, 32, 38]) > 0.03) == glows
        assert float(result[0, 0, 0, 0]) < 0.02
        if glows:
            assert 0 < result[0, 0, 32, 48] < result[0, 0, 32, 40] < result[0, 0, 32, 38]


def test_bloom_never_leaves_the_display() -> None:
    photo, neon = random(1, 3, 32, 32), plain(1.0, 0.0, 1.0) * random(1, 1, 16, 16)
    result = grading.lit(grading.add_bloom(constant(neon), photo, 5.0), photo)
    assert result.max() <= 1 + 1e-5
    assert (result >= neon - 1e-5).all()


def test_things_of_other_colours_stay_apart_in_one_light() -> None:
    photo = plain(0.5, 0.4, 0.3).repeat(1, 1, 8, 8).clone()
    photo[:, :, 60:68, 60:68] = torch.tensor([0.2, 0.6, 0.3]).view(1, 3, 1, 1)
    lit = torch.cat([torch.zeros(1, 9, 64, 64), torch.full((1, 3, 64, 64), 0.4)], 1)
    kept = grading.keep_differences(lit, photo, 0.5)
    result = applied(kept, shrink(photo, 2))
    thing, other = result[0, :, 31, 31], result[0, :, 2, 2]
    assert torch.allclose(other, torch.full((3,), 0.4), atol=0.01)
    own = chroma(photo[:, :, 64:65, 64:65] - photo[:, :, :1, :1]).flatten()
    own = own * torch.tensor([1, grading.YELLOW_AND_BLUE])
    came = chroma((thing - other).view(1, 3, 1, 1)).flatten()
    assert torch.cosine_similarity(came, own, dim=0) > 0.99
    assert float(came.norm()) > 0.3 * float(own.norm())
    assert abs(float(luma((thing - other).view(1, 3, 1, 1)))) < 1e-3


@pytest.mark.parametrize("grey", [0.02, 0.5, 0.9])
def test_what_has_no_colour_gets_none_from_what_surrounds_it(grey: float) -> None:
    """Black frames before a teal sky came out brown, white foam on a blue sea yellow."""
    photo = plain(0.1, 0.6, 0.6).repeat(1, 1, 8, 8).clone()
    photo[:, :, 50:78, 50:78] = grey
    lit = torch.cat([torch.zeros(1, 9, 64, 64), torch.full((1, 3, 64, 64), 0.1)], 1)
    result = applied(grading.keep_differences(lit, photo, 1.4), shrink(photo, 2))
    thing = result[0, :, 31, 31]
    assert float(thing.max() - thing.min()) < 0.03


@pytest.mark.parametrize("size", [(1, 1), (1, 9), (40, 2)])
def test_differences_at_any_size(size: tuple[int, int]) -> None:
    kept = grading.keep_differences(
        torch.zeros(1, 12, *size), random(1, 3, 2 * size[0], 2 * size[1]), 0.5
    )
    assert kept.isfinite().all()


@pytest.mark.parametrize(("missed", "left"), [(20, 0), (-20, 0), (70, 40), (-170, -140)])
def test_hues_that_miss_the_light_are_turned_towards_it(missed: float, left: float) -> None:
    """By no more than a little: what is far off may be another thing, or another lamp's."""
    photo = random(1, 3, 96, 64)
    lit = plain(0.8, 0.3, 0.5).repeat(1, 1, 3, 2)
    lines = torch.cat([torch.zeros(1, 9, 48, 32), lit], 1)
    asked = float(in_degrees(lit).mean()) - missed
    result = applied(grading.match_light(lines, photo, lamps(asked)), shrink(photo, 2))
    off = (in_degrees(result) - asked + 180) % 360 - 180
    assert torch.allclose(off, torch.full_like(off, left), atol=1.0)
    assert torch.allclose(luma(result), luma(lit), atol=1e-5)


@pytest.mark.parametrize(("asked", "stretch"), [(1.2, 1.2), (3.0, 1.4), (0.5, 1.0)])
def test_light_that_is_too_faint_is_stretched(asked: float, stretch: float) -> None:
    """By no more than a little, and light that is strong enough stays as it is."""
    photo = random(1, 3, 96, 64)
    lit = plain(0.55, 0.45, 0.5).repeat(1, 1, 3, 2)
    lines = torch.cat([torch.zeros(1, 9, 48, 32), lit], 1)
    came = light_map.measure(lit, 3)
    told = light_map.tell(came * asked, torch.ones(1, 2, 3, 3))
    result = applied(grading.match_light(lines, photo, told), shrink(photo, 2))
    longer = chroma(result).norm(dim=1) / chroma(lit).norm(dim=1)
    assert torch.allclose(longer, torch.full_like(longer, stretch), atol=0.01)
    assert torch.allclose(luma(result), luma(lit), atol=1e-5)


def test_dim_results_are_brightened_their_white_parts_least() -> None:
    photo = random(1, 3, 40, 40)
    dim, bright = constant(0.5 * random(1, 3, 20, 20)), constant(0.5 + 0.5 * random(1, 3, 20, 20))
    before = grading.lit(dim, photo)
    after = grading.lit(grading.brighten(dim, photo, 0.5), photo)
    y = luma(before)
    gain = 1 + 0.5 * (1 - y.mean() / grading.BRIGHT) * (1 - y)
    assert 1.05 < gain.max() < 1.5
    assert torch.allclose(after, before * gain, atol=1e-5)
    assert torch.equal(grading.brighten(bright, photo, 0.5), bright)


@pytest.mark.parametrize(
    ("dark", "bright", "expected"),
    [
        (0.02, 0.85, (0.02, 0.85)),  # as it should be
        (0.0, 0.7, (0.0, 0.85)),  # dim
        (0.0, 0.3, (0.0, 0.42)),  # dimmer than a scale may mend
        (0.0, 1.0, (0.0, 0.85)),  # blown out
        (0.06, 0.89, (0.02, 0.85)),  # a haze
        (0.5, 0.93, (0.42, 0.85)),  # more than a haze
    ],
)
def test_shadows_become_deep_and_highlights_bright(
    dark: float, bright: float, expected: tuple[float, float]
) -> None:
    picture = plain(0.7 * bright + 0.3 * dark, bright, dark).clone()
    picture[..., :4, :4], picture[..., 8:12, 8:12] = dark, bright
    picture[..., :, 12:] = (dark + bright) / 2
    photo = random(1, 3, 32, 32)
    result = grading.lit(grading.level(constant(picture), photo), photo)
    levels = float(result[0, 0, 1, 1]), float(result[0, 0, 9, 9])
    assert levels == pytest.approx(expected, abs=1e-4)


def test_what_was_left_grey_gets_a_share_of_the_light() -> None:
    photo = plain(0.4, 0.4, 0.4)
    lines = constant(plain(0.4, 0.4, 0.4)[..., :8, :8])
    result = grading.lit(grading.light_everything(lines, photo, lamps(60)), photo)
    assert torch.allclose(luma(result), torch.tensor(0.4), atol=1e-5)
    assert torch.allclose(in_degrees(result), torch.tensor(60.0), atol=0.1)
    came = chroma(result).norm(dim=1) / (0.4 + grading.BLACK)
    # Of the brightness, and of black.
    assert torch.allclose(came, torch.tensor(0.6 * grading.LEAST_LIGHT * 0.8), atol=1e-3)


def test_what_is_lit_enough_white_or_untold_gets_no_more_light() -> None:
    photo = plain(0.5, 0.5, 0.5)
    pink = constant(plain(0.8, 0.3, 0.6)[..., :8, :8])
    hue = float(in_degrees(plain(0.8, 0.3, 0.6)).mean())
    assert torch.allclose(grading.light_everything(pink, photo, lamps(hue)), pink, atol=1e-6)
    assert torch.allclose(
        grading.light_everything(pink, photo, lamps(hue + 180, known=0.0)), pink, atol=1e-6
    )
    white = constant(plain(1.0, 1.0, 1.0)[..., :8, :8])
    lit = grading.lit(grading.light_everything(white, photo, lamps(60)), photo)
    assert float(chroma(lit).norm(dim=1).max()) < 0.06


def test_white_gets_no_complement_of_the_light_around_it() -> None:
    """Foam in a violet sea was yellow: the function of the sea went on to white."""
    sea = plain(0.1, 0.2, 0.4)
    violet = torch.tensor([0.35, 0.1, 0.6]).view(1, 3, 1, 1).expand(1, 3, 8, 8)
    # Chroma falls by three times itself from the sea's luma to white.
    y, colour = luma(sea)[..., :8, :8], violet - luma(violet)
    fall = 3 * colour / (1 - y)
    weights = torch.tensor([0.299, 0.587, 0.114]).view(3, 1, 1, 1)
    lines = torch.cat([weights * (1 - fall), violet - y * (1 - fall)]).view(1, 12, 8, 8)
    assert torch.allclose(grading.lit(lines, sea), violet, atol=1e-5)
    white = torch.ones(1, 3, 8, 8)
    hue = torch.nn.functional.normalize(chroma(violet))
    assert (chroma(applied(lines, white)) * hue).sum(1).max() < -0.3
    kept = grading.keep_white(lines, sea)
    assert torch.allclose(grading.lit(kept, sea), violet, atol=1e-5)
    assert (chroma(applied(kept, white)) * hue).sum(1).abs().max() < 1e-4
    assert torch.allclose(grading.keep_white(kept, sea), kept, atol=1e-5)


def test_foam_thinner_than_a_cell_stays_white_too() -> None:
    photo = plain(0.1, 0.3, 0.6).repeat(1, 1, 8, 8).clone()
    photo[:, :, 61, :] = 0.95
    lit = torch.cat([torch.zeros(1, 9, 64, 64), torch.full((1, 3, 64, 64), 0.1)], 1)
    kept = grading.keep_differences(lit, photo, 1.4)
    foam = applied(kept, torch.full((1, 3, 64, 64), 0.95))[0, :, 30, 31]
    assert float(foam.max() - foam.min()) < 0.05


def test_things_are_turned_together_and_go_on_differing() -> None:
    photo = random(1, 3, 96, 64)
    lines = torch.cat([0.2 * random(1, 9, 48, 32), plain(0.8, 0.3, 0.5).repeat(1, 1, 3, 2)], 1)
    before = applied(lines, shrink(photo, 2))
    asked = lamps(float(in_degrees(before).mean()) - 15)
    after = applied(grading.match_light(lines, photo, asked), shrink(photo, 2))
    turned = (in_degrees(before) - in_degrees(after)) % 360
    assert torch.allclose(turned, turned.mean().expand_as(turned), atol=3.0)
    assert 10 < float(turned.mean()) < 20


@pytest.mark.parametrize("told", [lamps(90, known=0.0), lamps(90) * 0])
def test_hues_stay_where_nothing_is_said_of_the_light(told: torch.Tensor) -> None:
    lines = torch.cat([0.2 * random(1, 9, 48, 32), plain(0.8, 0.3, 0.5).repeat(1, 1, 3, 2)], 1)
    assert torch.allclose(grading.match_light(lines, random(1, 3, 96, 64), told), lines, atol=1e-6)
