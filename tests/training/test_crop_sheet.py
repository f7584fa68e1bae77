"""Crops side by side."""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.training.pictures import ByteArray, noise, plain, save
from training.contenders import Contender
from training.crop_sheet import (
    GAP,
    LABEL,
    MARGIN,
    PLACES,
    SIDE,
    ZOOM,
    Crop,
    Place,
    compared,
    draw,
    most_different,
    pairs,
    read_places,
)
from training.dataset import HOLDOUT, held_out


def grey(width: int, height: int) -> ByteArray:
    return np.full((height, width, 3), 90, np.uint8)


def test_the_crop_is_where_a_network_differs_from_bicubic() -> None:
    high, bicubic, network = noise(300, 200), grey(300, 200), grey(300, 200)
    network[110:130, 210:240] = 255
    crop = most_different("a", high, {"bicubic": bicubic, "net": network})
    assert list(crop.tiles) == ["original", "bicubic", "net"]
    assert crop.tiles["net"].shape == (SIDE, SIDE, 3)
    assert (crop.tiles["net"] == 255).all(2).sum() == 20 * 30
    expected = 165 * 219 / 255 * 20 * 30 / SIDE**2  # on Y
    assert abs(crop.difference - expected) < 1e-6


def test_all_tiles_are_of_the_same_place() -> None:
    high = noise(200, 150)
    crop = most_different("a", high, {"bicubic": high, "net": 255 - high})
    assert np.array_equal(crop.tiles["original"], crop.tiles["bicubic"])
    assert np.array_equal(crop.tiles["net"], 255 - crop.tiles["original"])


def test_a_picture_smaller_than_a_crop_is_shown_whole() -> None:
    crop = most_different("a", noise(40, 30), {"bicubic": noise(40, 30)})
    assert crop.tiles["original"].shape == (30, 40, 3)
    assert crop.difference == 0


def test_the_sheet_has_the_largest_differences_first() -> None:
    crops = [
        Crop(f"picture {level}", level, {"original": plain((level,) * 3, SIDE)})
        for level in (10, 200, 60)
    ]
    sheet = np.asarray(draw(crops, rows=2))
    row = SIDE * ZOOM + LABEL + GAP
    assert sheet.shape == (2 * row + GAP, SIDE * ZOOM + 2 * GAP, 3)
    middles = [sheet[GAP + place * row + SIDE * ZOOM // 2, GAP + 50, 0] for place in range(2)]
    assert middles == [200, 60]


def test_crops_are_labelled() -> None:
    tiles = {
        "original": plain((90,) * 3, SIDE),
        "a network of a very long name" * 3: noise(SIDE, SIDE),
    }
    sheet = np.asarray(draw([Crop("a", 1.0, tiles)]))
    label = sheet[GAP + SIDE * ZOOM : -GAP]
    first, second = label[:, GAP : GAP + SIDE * ZOOM], label[:, 2 * GAP + SIDE * ZOOM : -GAP]
    assert first.min() < 100
    assert second.min() < 100
    assert label[:, -GAP:].min() == 255  # a label that is too long is cut off


def nearest(name: str, scale: int) -> Contender:
    def enlarge(image: Image.Image) -> Image.Image:
        return image.resize((image.width * scale, image.height * scale), Image.Resampling.NEAREST)

    return Contender(name, scale, 0, enlarge)


@pytest.mark.parametrize("scale", [2, 4])
@pytest.mark.parametrize(("left", "top"), [(0, 0), (160, 100), (301, 203)])
def test_places_of_a_list_are_enlarged(tmp_path: Path, scale: int, left: int, top: int) -> None:
    folder = save(tmp_path, (800, 600))
    place = Place("fur", "0.png", 400, left, top)
    ((kind, tiles),) = compared([nearest("net", scale)], [place], [folder], scale, None, side=64)
    assert kind == "fur"
    assert list(tiles) == ["original", "bicubic", "net"]
    with Image.open(folder / "0.png") as picture:
        small = picture.resize((400, 300), Image.Resampling.LANCZOS)
    left, top = left // scale * scale, top // scale * scale
    expected = np.asarray(small.crop((left, top, left + 64, top + 64)), int)
    assert np.array_equal(np.asarray(tiles["original"]), expected)
    for name in ("bicubic", "net"):  # the pictures are smooth
        assert np.abs(np.asarray(tiles[name], int) - expected).max() < 16


def test_a_crop_ends_with_its_picture(tmp_path: Path) -> None:
    place = Place("text", "0.png", 130, 100, 40)
    ((_, tiles),) = compared([], [place], [save(tmp_path, (130, 90))], 4, 80, side=64)
    assert {tile.size for tile in tiles.values()} == {(28, 48)}


def test_contenders_see_what_lies_around_a_crop(tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []

    def enlarge(image: Image.Image) -> Image.Image:
        seen.append(image.size)
        return image.resize((image.width * 2, image.height * 2))

    folder = save(tmp_path, (400, 300))
    places = [Place("fur", "0.png", 400, left, 100) for left in (0, 200)]
    list(compared([Contender("net", 2, 0, enlarge)], places, [folder], 2, None, side=64))
    assert seen == [(32 + MARGIN, 32 + 2 * MARGIN), (32 + 2 * MARGIN, 32 + 2 * MARGIN)]


@pytest.mark.parametrize(
    ("place", "problem"),
    [
        (Place("fur", "1.png", 400, 0, 0), "in none of the folders: 1.png"),
        (Place("fur", "0.png", 400, 400, 0), "0.png ends before 400, 0"),
    ],
)
def test_a_place_that_is_not_there(tmp_path: Path, place: Place, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        list(compared([], [place], [save(tmp_path, (400, 300))], 4, None, side=64))


def test_pairs_set_one_against_each_other_in_turn() -> None:
    tile = Image.new("RGB", (4, 4))
    tiles = dict.fromkeys(("original", "bicubic", "crisp", "net"), tile)
    found = [(kind, list(row)) for kind, row in pairs([("fur", tiles), ("text", tiles)], "crisp")]
    assert found == [
        (kind, ["original", "crisp", other])
        for other in ("bicubic", "net")
        for kind in ("fur", "text")
    ]


@pytest.mark.parametrize("text", ["kind,file\nfur,a.png\n", "", f"{Place.__name__}\n"])
def test_something_else_is_no_list_of_places(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.csv").write_text(text)
    with pytest.raises(ValueError, match=r"a\.csv: wants kind, file, long_side, left, top"):
        read_places(tmp_path / "a.csv")


def test_ten_places_of_each_kind_are_listed_of_pictures_that_no_training_sees() -> None:
    places = read_places(PLACES)
    kinds = ("faces", "text", "foliage", "architecture", "fur", "night")
    assert Counter(place.kind for place in places) == dict.fromkeys(kinds, 10)
    assert len(set(places)) == len(places)
    packaged = {
        "astronaut.png", "camera.png", "chelsea.png", "hubble_deep_field.jpg",
        "motorcycle_left.png", "page.png", "rocket.jpg", "text.png", "grace_hopper.jpg",
    }  # fmt: skip
    set5 = {f"{name}_GT.png" for name in ("baby", "bird", "butterfly", "head", "woman")}
    only_judge = {Path(name).name for name in held_out(HOLDOUT)} | packaged | set5
    assert {place.file for place in places} <= only_judge
