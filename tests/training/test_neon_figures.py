"""Figures of light, on pictures whose light is known."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from model_layer.neon import light_map
from model_layer.networks.tensors import to_tensor
from training import neon_figures
from training.neon_evaluation import FACES
from training.neon_figures import (
    Bytes,
    Kept,
    colour_edges,
    face,
    filter_share,
    halos,
    hue_error,
    hue_spread,
    read_faces,
)


def plain(red: int, green: int, blue: int, side: int = 256) -> Bytes:
    return np.full((side, side, 3), (red, green, blue), np.uint8)


def noise(seed: int = 0) -> Bytes:
    pixels: Bytes = np.random.default_rng(seed).integers(0, 256, (256, 256, 3), dtype=np.uint8)
    return pixels


def stops(seed: int = 0) -> Bytes:
    """A smooth picture: four by four colours, interpolated."""
    coarse = np.random.default_rng(seed).integers(60, 200, (4, 4, 3), dtype=np.uint8)
    weights = neon_figures.bilinear(256)
    smooth: Bytes = np.einsum("yi,ijc,xj->yxc", weights, coarse, weights).round().astype(np.uint8)
    return smooth


def test_a_filter_is_told_from_things() -> None:
    assert filter_share(stops()) > 0.95
    assert filter_share(noise()) < 0.02
    assert 0.1 < filter_share((stops() // 2 + noise() // 8).astype(np.uint8)) < 0.95


def test_a_picture_of_one_colour_is_all_filter() -> None:
    assert filter_share(plain(90, 20, 200)) == 1.0


def test_a_picture_has_the_light_that_was_measured_in_it() -> None:
    picture = stops(1)
    colours = light_map.measure(to_tensor(Image.fromarray(picture)), 3)[0, :2].double().numpy()
    assert hue_error(colours, picture) < 12


def test_the_opposite_light_is_far_off() -> None:
    pink, green = plain(220, 40, 180), plain(40, 220, 80)
    asked = light_map.measure(to_tensor(Image.fromarray(pink)), 3)[0, :2].double().numpy()
    assert hue_error(asked, pink) < 3
    assert hue_error(asked, green) > 120


def test_where_no_colour_was_asked_for_none_is_missed() -> None:
    assert np.isnan(hue_error(np.zeros((2, 3, 3)), noise()))


def test_edges_between_colours_of_one_brightness() -> None:
    photo = plain(153, 76, 51)
    photo[:, 128:] = (20, 112, 71)  # about the same lightness
    assert colour_edges(photo, photo) == Kept(256, 256)
    assert colour_edges(photo, plain(100, 100, 100)) == Kept(256, 0)
    assert colour_edges(plain(9, 9, 9), photo) == Kept(0, 0)


def sky(fringe: int) -> Bytes:
    """A dark tower before a bright sky, brighter beside the tower."""
    picture = np.full((640, 1280, 3), 200, np.uint8)
    picture[:, 600:680] = 20
    picture[:, 588:600] += np.uint8(fringe)
    picture[:, 680:692] += np.uint8(fringe)
    return picture


@pytest.mark.parametrize("fringe", [0, 12, 40])
def test_a_fringe_before_the_sky_is_measured_in_levels(fringe: int) -> None:
    found = halos(sky(0), sky(fringe))
    assert len(found) > 5
    assert found.mean() == pytest.approx(fringe, abs=1)


def test_a_fringe_of_the_photo_itself_does_not_count() -> None:
    found = halos(sky(3), sky(3))
    assert np.abs(found).max() < 1e-6 if len(found) else True


def test_where_nothing_is_bright_and_even_there_is_no_halo() -> None:
    assert len(halos(noise(), noise(1))) == 0


def test_spread_of_hues() -> None:
    one, opposite = np.array([[3.0, 4.0]] * 5), np.array([[3.0, 4.0], [-3.0, -4.0]])
    assert hue_spread(one) < 0.1
    assert hue_spread(opposite) > 150
    angles = np.radians(np.random.default_rng(0).normal(40, 20, 20_000))
    assert hue_spread(np.stack([np.cos(angles), np.sin(angles)], -1)) == pytest.approx(20, abs=1)


def test_a_face_in_one_light_and_in_blotches() -> None:
    photo = np.repeat(noise()[..., :1], 3, -1)
    one_light = (photo * [1.0, 0.3, 0.8]).astype(np.uint8)
    blotches = one_light.copy()
    blotches[100:130] = (photo * [0.2, 1.0, 0.3]).astype(np.uint8)[100:130]
    asked = np.tile(np.array([0.5, 0.2])[:, None, None], (1, 3, 3))
    box = (0.25, 0.25, 0.75, 0.75)
    good, bad = (face(photo, result, box, asked) for result in (one_light, blotches))
    assert good.detail > 0.99
    assert good.asked < 1
    assert good.spread < 15 < bad.spread


def test_the_boxes_made_by_hand_lie_inside_their_pictures() -> None:
    boxes = read_faces(FACES)
    assert boxes
    for left, top, right, bottom in boxes.values():
        assert 0 <= left < right <= 1
        assert 0 <= top < bottom <= 1


def test_reading_boxes(tmp_path: Path) -> None:
    (tmp_path / "faces.csv").write_text("file,left,top,right,bottom\na.png,0.1,0.2,0.3,0.4\n")
    assert read_faces(tmp_path / "faces.csv") == {"a.png": (0.1, 0.2, 0.3, 0.4)}
