"""Pictures with transparent parts, enlarged."""

import numpy as np
import pytest
from PIL import Image, ImageDraw

from model_layer.effects import Upscale
from model_layer.images import split_alpha
from model_layer.networks.network import Network
from model_layer.store.store import ModelStore
from model_layer.upscaling import effect as upscale
from model_layer.upscaling.transparency import bleed, enlarge_alpha
from tests.model_layer.shipped import WEIGHTS

RED, BLUE, GREEN = (230, 60, 40), (40, 90, 220), (0, 255, 0)
SIDE = 48


@pytest.fixture(scope="module")
def network() -> Network:
    return ModelStore.from_folder(WEIGHTS).load(Upscale(2))


def sprite(side: int, hidden: tuple[int, int, int] = (0, 0, 0)) -> Image.Image:
    """Draw a disc of two colours, with smooth edges; what is transparent hides a colour."""
    fine = 8 * side
    drawn = Image.new("RGBA", (fine, fine))
    draw = ImageDraw.Draw(drawn)
    box = (fine // 8, fine // 8, fine * 7 // 8, fine * 7 // 8)
    draw.pieslice(box, 0, 180, fill=(*RED, 255))
    draw.pieslice(box, 180, 360, fill=(*BLUE, 255))
    premultiplied = drawn.convert("RGBa").resize((side, side), Image.Resampling.BOX)
    pixels = np.array(premultiplied.convert("RGBA"))
    pixels[pixels[..., 3] == 0, :3] = hidden
    return Image.fromarray(pixels)


def over(sprite: Image.Image, level: int) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """Lay a picture over a plain background."""
    background = Image.new("RGBA", sprite.size, (level, level, level, 255))
    return np.asarray(Image.alpha_composite(background, sprite).convert("RGB"), np.float64)


@pytest.mark.parametrize("background", [0, 255])
@pytest.mark.parametrize("hidden", [(0, 0, 0), (255, 255, 255), GREEN])
def test_no_rim_shows_over_black_or_white(
    network: Network, background: int, hidden: tuple[int, int, int]
) -> None:
    """The edge is as near to the ideal as it is where the colours are known everywhere."""
    result = upscale.apply(network, sprite(SIDE, hidden))
    ideal = over(sprite(2 * SIDE), background)
    error = np.sqrt(((over(result, background) - ideal) ** 2).mean())
    everywhere = bleed(*split_alpha(sprite(SIDE)))  # type: ignore[arg-type]
    opaque = np.asarray(upscale.apply(network, everywhere), np.float64)
    alpha = np.asarray(result.getchannel("A"), np.float64)[..., None] / 255
    reference = opaque * alpha + background * (1 - alpha)
    assert error < 6
    assert error < np.sqrt(((reference - ideal) ** 2).mean()) + 0.1


def test_the_colours_of_the_edge_are_those_of_the_inside(network: Network) -> None:
    result = np.asarray(upscale.apply(network, sprite(SIDE, GREEN)), np.float64)
    ideal = np.asarray(sprite(2 * SIDE), np.float64)
    edge = (ideal[..., 3] > 40) & (ideal[..., 3] < 215) & (result[..., 3] > 10)
    assert edge.sum() > 100
    assert np.abs(result - ideal)[edge][:, :3].mean() < 4


def test_what_is_hidden_does_not_matter(network: Network) -> None:
    one, other = (upscale.apply(network, sprite(SIDE, hidden)) for hidden in (GREEN, BLUE))
    assert one.tobytes() == other.tobytes()


def test_opaque_stays_opaque_and_transparent_transparent(network: Network) -> None:
    small = sprite(SIDE)
    alpha = np.asarray(small.getchannel("A"))
    large = np.asarray(upscale.apply(network, small).getchannel("A"))
    for level in (0, 255):
        flat = np.pad(alpha == level, 1, mode="edge")
        rows = [flat[y : y + SIDE, x : x + SIDE] for y in range(3) for x in range(3)]
        inside = np.logical_and.reduce(rows).repeat(2, 0).repeat(2, 1)
        assert inside.sum() > 1000
        assert (large[inside] == level).all()


def test_the_edge_of_alpha_is_sharper_than_bicubic(network: Network) -> None:
    ideal = np.asarray(sprite(2 * SIDE).getchannel("A"), np.float64)
    ours = np.asarray(upscale.apply(network, sprite(SIDE)).getchannel("A"))
    bicubic = sprite(SIDE).getchannel("A").resize((2 * SIDE, 2 * SIDE), Image.Resampling.BICUBIC)
    assert ((ours - ideal) ** 2).mean() < 0.6 * ((np.asarray(bicubic) - ideal) ** 2).mean()


def test_tiles_leave_no_seam(network: Network) -> None:
    whole = np.asarray(upscale.apply(network, sprite(SIDE), tile=SIDE), np.int16)
    tiled = np.asarray(upscale.apply(network, sprite(SIDE), tile=17), np.int16)
    assert np.abs(whole - tiled).max() <= 1


@pytest.mark.parametrize("mode", ["L", "RGB"])
def test_visible_colours_are_carried_on(mode: str) -> None:
    colour = Image.new(mode, (37, 21), "black")
    alpha = Image.new("L", colour.size)
    colour.paste(Image.new(mode, (5, 5), "orange"), (30, 3))
    alpha.paste(7, (30, 3, 35, 8))
    filled = bleed(colour, alpha)
    assert filled.mode == mode
    expected = np.asarray(Image.new(mode, (37, 21), "orange"), np.int16)
    assert np.abs(np.asarray(filled) - expected).max() <= 1


def test_what_is_visible_stays_as_it_is() -> None:
    rng = np.random.default_rng(0)
    pixels = rng.integers(0, 256, (19, 23, 4), np.uint8)
    pixels[::3, ::2, 3] = 0
    colour, alpha = split_alpha(Image.fromarray(pixels))
    assert alpha is not None
    filled = np.asarray(bleed(colour, alpha))
    visible = pixels[..., 3] > 0
    assert np.array_equal(filled[visible], pixels[..., :3][visible])


def test_nothing_visible_at_all() -> None:
    filled = bleed(Image.new("RGB", (9, 4), GREEN), Image.new("L", (9, 4)))
    assert filled.size == (9, 4)


def test_a_flat_alpha_costs_nothing() -> None:
    def never(_: Image.Image) -> Image.Image:
        raise AssertionError

    large = enlarge_alpha(Image.new("L", (4, 3), 128), 2, never)
    assert (large.size, large.getextrema()) == ((8, 6), (128, 128))
