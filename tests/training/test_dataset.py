"""Reading training pictures, and the pairs made of them."""

import logging
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from training.recipe import NeonRecipe

from tests.training.pictures import noise, plain, save
from training.dataset import (
    EmptyFolderError,
    NeonPairs,
    find_pictures,
    load_pictures,
    luminance,
    vary_tone,
)


def test_pictures_are_found_in_subfolders_sorted(tmp_path: Path) -> None:
    save(tmp_path / "b", (4, 4))
    save(tmp_path / "a" / "deep", (4, 4), (4, 4))
    (tmp_path / "a" / "notes.txt").write_text("no picture")
    (tmp_path / "a" / "folder.jpg").mkdir()
    (tmp_path / "a" / "._0.png").write_bytes(b"what macOS leaves beside a file")
    (tmp_path / "c.JPG").write_bytes(b"")
    found = find_pictures([tmp_path / "b", tmp_path])
    names = [path.relative_to(tmp_path).as_posix() for path in found]
    assert set(names) == {"a/deep/0.png", "a/deep/1.png", "b/0.png", "c.JPG"}
    assert names == sorted(names)


@pytest.mark.parametrize("name", ["empty", "missing"])
def test_folders_without_pictures_are_named(tmp_path: Path, name: str) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(EmptyFolderError, match=name):
        find_pictures([tmp_path / name])


def test_large_pictures_are_shrunk_and_small_ones_kept(tmp_path: Path) -> None:
    save(tmp_path, (80, 40), (30, 24))
    large, small = load_pictures(find_pictures([tmp_path]), short_side=32, smallest=24)
    assert large.shape == (32, 64, 3)
    assert np.array_equal(small, noise(30, 24, 1))


def test_what_cannot_be_used_is_skipped_and_named(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    save(tmp_path, (32, 32), (32, 8))
    whole = (tmp_path / "0.png").read_bytes()
    (tmp_path / "cut.png").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "header.png").write_bytes(whole[:12])
    (tmp_path / "text.jpg").write_text("not a picture")
    Image.new("RGB", (32, 32), "grey").save(tmp_path / "grey.png")
    with caplog.at_level(logging.WARNING):
        pictures = load_pictures(find_pictures([tmp_path]), short_side=64, smallest=16, colour=True)
    assert len(pictures) == 1
    assert "kept 1 of 6: 1 grey, 1 tiny, 3 broken" in caplog.text
    for name in ("1.png", "cut.png", "header.png", "text.jpg", "grey.png"):
        assert name in caplog.text


def test_grey_pictures_are_no_fault_where_colour_is_not_taught(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    Image.new("RGB", (32, 32), "grey").save(tmp_path / "grey.png")
    with caplog.at_level(logging.WARNING):
        assert len(load_pictures([tmp_path / "grey.png"], short_side=64, smallest=16)) == 1
    assert not caplog.records


def test_nothing_usable_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "text.jpg").write_text("not a picture")
    with pytest.raises(EmptyFolderError, match="kept 0 of 1: 1 broken"):
        load_pictures(find_pictures([tmp_path]), short_side=64, smallest=16)


def test_pictures_are_turned_upright_and_made_rgb(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # a quarter turn
    Image.fromarray(noise(40, 20)[..., 0]).save(tmp_path / "a.jpg", exif=exif)
    (picture,) = load_pictures([tmp_path / "a.jpg"], short_side=64, smallest=16)
    assert picture.shape == (40, 20, 3)


def test_luminance_is_rec_601() -> None:
    row = np.concatenate([plain(c, 1) for c in ((255, 0, 0), (0, 255, 0), (0, 0, 255))], axis=1)
    assert luminance(row)[0] == pytest.approx([0.299, 0.587, 0.114])
    assert luminance(plain((255, 255, 255), 1)) == pytest.approx(1)


def test_varied_tone_stays_in_range_and_keeps_the_shape() -> None:
    grey = luminance(noise(33, 21))
    for seed in range(60):
        varied = vary_tone(grey, np.random.default_rng(seed))
        assert varied.shape == grey.shape
        assert varied.dtype == np.float32
        assert varied.min() >= 0
        assert varied.max() <= 1


def test_tones_vary_mostly_to_the_brighter() -> None:
    grey = luminance(noise(64, 64))
    means = np.array([vary_tone(grey, np.random.default_rng(s)).mean() for s in range(60)])
    assert means.std() > 0.03
    assert np.mean(means > grey.mean()) > 0.6


def test_pairs_are_read_as_a_recipe_asks(tmp_path: Path) -> None:
    save(tmp_path, (1000, 800), (230, 230), (220, 500))
    pairs = NeonPairs.read([tmp_path], NeonRecipe(seed=3))
    assert [picture.shape for picture in pairs.pictures] == [(400, 500, 3), (230, 230, 3)]
    assert (pairs.size, pairs.smallest_crop, pairs.seed) == (256, 224, 3)
    large = NeonPairs.read([tmp_path], NeonRecipe(size=512))
    assert [picture.shape for picture in large.pictures] == [(640, 800, 3)]
    assert large[0][1].shape == (3, 512, 512)


def test_pairs_are_grey_input_and_colour_target() -> None:
    x, y = NeonPairs([noise(64, 48)], size=32, smallest_crop=24)[0]
    assert x.shape == y.shape == (3, 32, 32)
    assert x.dtype == y.dtype == torch.float32
    assert torch.equal(x[0], x[1])
    assert torch.equal(x[0], x[2])
    assert not torch.equal(y[0], y[1])
    for part in (x, y):
        assert part.min() >= -1
        assert part.max() <= 1


def test_input_and_target_show_the_same_crop() -> None:
    pairs = NeonPairs([noise(64, 48)], size=32, smallest_crop=24)
    weights = torch.tensor([0.299, 0.587, 0.114])[:, None, None]
    for index in range(10):
        x, y = pairs[index]
        both = torch.stack([x[0].ravel(), (y * weights).sum(0).ravel()])
        assert torch.corrcoef(both)[0, 1] > 0.85  # the tone differs, the picture does not


def test_a_pair_depends_on_seed_and_index_alone() -> None:
    pictures = [noise(64, 48, seed) for seed in range(3)]

    def target(index: int, seed: int) -> torch.Tensor:
        return NeonPairs(pictures, size=32, smallest_crop=24, seed=seed)[index][1]

    pairs = NeonPairs(pictures, size=32, smallest_crop=24, seed=1)
    in_another_order = [pairs[index] for index in (5, 2)]
    assert torch.equal(in_another_order[1][1], target(2, seed=1))
    assert torch.equal(in_another_order[0][1], target(5, seed=1))
    assert not torch.equal(target(2, seed=1), target(2, seed=2))
    assert not torch.equal(target(2, seed=1), target(5, seed=1))


def test_each_epoch_shows_every_picture_once() -> None:
    colours = [(250, 0, 0), (0, 250, 0), (0, 0, 250)]
    pairs = NeonPairs([plain(colour, 32) for colour in colours], size=16, smallest_crop=16)
    for epoch in range(4):
        shown = [int(pairs[epoch * 3 + place][1][:, 0, 0].argmax()) for place in range(3)]
        assert sorted(shown) == [0, 1, 2]


def test_a_picture_of_just_the_smallest_size_will_do() -> None:
    pairs = NeonPairs([noise(24, 24)], size=32, smallest_crop=24)
    assert pairs[7][1].shape == (3, 32, 32)
