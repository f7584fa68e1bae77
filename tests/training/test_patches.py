"""Where training patches are cut, and what is in them."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from model_layer.upscaling.psnr import shrink
from tests.training.pictures import ByteArray, noise, plain, save
from training.dataset import EmptyFolderError
from training.patches import (
    CLIP,
    STRIDE,
    DetailPlaces,
    PatchPairs,
    Places,
    UniformPlaces,
    load_photos,
    patch_errors,
)
from training.upscaler_recipe import Sampling, UpscalerRecipe

RECIPE = UpscalerRecipe(patch=16)


def half_detailed(width: int = 160, height: int = 96, seed: int = 0) -> ByteArray:
    """Flat on the left, coloured noise on the right."""
    picture = plain((120, 130, 140), 1).repeat(height, 0).repeat(width, 1)
    rng = np.random.default_rng(seed)
    picture[:, width // 2 :] = rng.integers(0, 256, (height, width - width // 2, 3))
    return picture


def places(*photos: ByteArray, side: int = 16) -> DetailPlaces:
    return DetailPlaces([shrink(photo, 2) for photo in photos], list(photos), side)


def draw(found: Places, count: int = 2000) -> list[tuple[int, int, int]]:
    return [found.draw(np.random.default_rng((5, index))) for index in range(count)]


def test_photos_are_read_at_every_size_that_is_large_enough(tmp_path: Path) -> None:
    save(tmp_path, (50, 40), (30, 30), (20, 20))
    photos = load_photos(sorted(tmp_path.iterdir()), 24, (1.0, 0.6))
    assert [photo.shape[:2] for photo in photos] == [(40, 50), (24, 30), (30, 30)]
    assert np.array_equal(photos[0], noise(50, 40, 0))


def test_photos_too_small_for_a_patch_are_an_error(tmp_path: Path) -> None:
    save(tmp_path, (30, 30))
    with pytest.raises(EmptyFolderError):
        load_photos([tmp_path / "0.png"], 31)
    with pytest.raises(ValueError, match=r"shrunk to 0.5, no photo has 24 pixels"):
        load_photos([tmp_path / "0.png"], 24, (0.5,))


def test_the_error_of_a_patch_is_that_of_bicubic() -> None:
    high = half_detailed(60, 40)
    low = shrink(high, 2)
    large = Image.fromarray(low).resize((60, 40), Image.Resampling.BICUBIC)
    error = np.abs(np.asarray(large).astype(float) - high)
    found = patch_errors(low, high, 8)
    assert found.shape == (20 - 8 + 1, 30 - 8 + 1)
    for top, left in ((0, 0), (3, 7), (12, 22)):
        window = error[2 * top : 2 * top + 16, 2 * left : 2 * left + 16]
        assert found[top, left] == pytest.approx(window.mean(), abs=1e-3)


def test_a_photo_as_large_as_a_patch_has_one_place() -> None:
    photo = half_detailed(32, 32)
    assert draw(places(photo), 50) == [(0, 0, 0)] * 50


def test_details_are_drawn_in_proportion_to_the_error() -> None:
    photo = half_detailed()
    errors = patch_errors(shrink(photo, 2), photo, 16)[::STRIDE, ::STRIDE]
    errors = np.minimum(errors, np.quantile(errors, CLIP))
    expected = errors / errors.sum()
    count = 20_000
    drawn = np.zeros_like(expected)
    for _, top, left in draw(places(photo), count):
        drawn[top // STRIDE, left // STRIDE] += 1
    # Shifted by up to 7 pixels, but not beyond the last place, so cells keep what they were drawn.
    deviation = np.sqrt(count * expected * (1 - expected)) + 1e-9
    assert (np.abs(drawn - count * expected) < 5 * deviation + 1).all()
    assert expected[:, 0].max() < 1e-3 * expected[:, -1].min()  # flat against noise


def test_extreme_errors_are_drawn_no_more_often_than_the_quantile() -> None:
    """One corner far worse than all else is what noise and broken pixels look like."""
    photo = (half_detailed(640, 640, 1) // 16).astype(np.uint8)
    photo[:40, :40] = np.random.default_rng(2).choice([0, 255], (40, 40, 3)).astype(np.uint8)
    errors = patch_errors(shrink(photo, 2), photo, 16)[::STRIDE, ::STRIDE]
    clipped = np.minimum(errors, np.quantile(errors, CLIP))
    drawn = draw(places(photo), 5000)
    share = np.mean([top < STRIDE and left < STRIDE for _, top, left in drawn])
    assert errors[0, 0] > 4 * clipped.max()
    assert share < 3 * clipped.max() / clipped.sum()


def test_flat_photos_are_drawn_from_evenly() -> None:
    drawn = draw(places(plain((9, 9, 9), 96), plain((9, 9, 9), 96)), 400)
    assert 120 < sum(chosen for chosen, _, _ in drawn) < 280


def test_every_place_is_inside_of_its_photo() -> None:
    sizes = ((70, 54), (50, 90), (44, 44))
    photos = [noise(width, height, seed) for seed, (width, height) in enumerate(sizes)]
    low = [shrink(photo, 2) for photo in photos]
    for found in (places(*photos), UniformPlaces(low, 16)):
        drawn = draw(found)
        assert {chosen for chosen, _, _ in drawn} == {0, 1, 2}
        for chosen, top, left in drawn:
            assert 0 <= top <= low[chosen].shape[0] - 16
            assert 0 <= left <= low[chosen].shape[1] - 16
        corners = {(top, left) for chosen, top, left in drawn if chosen == 0}
        assert max(top for top, _ in corners) == low[0].shape[0] - 16
        assert max(left for _, left in corners) == low[0].shape[1] - 16


def test_uniform_places_are_even_over_photos_and_within() -> None:
    low = [noise(80, 40), noise(40, 80)]
    drawn = draw(UniformPlaces(low, 16), 4000)
    assert np.mean([chosen for chosen, _, _ in drawn]) == pytest.approx(0.5, abs=0.05)
    lefts = [left for chosen, _, left in drawn if chosen == 0]
    assert np.mean(lefts) == pytest.approx((80 - 16) / 2, abs=2)


def test_sampling_by_detail_finds_what_uniform_misses() -> None:
    photo = half_detailed()
    means = {}
    for sampling in Sampling:
        pairs = PatchPairs([photo], replace(RECIPE, sampling=sampling))
        means[sampling] = np.mean([float(pairs[index][1].std() > 0.1) for index in range(200)])
    assert means[Sampling.DETAIL] > 0.98
    assert means[Sampling.UNIFORM] < 0.85


@pytest.mark.parametrize("scale", [2, 3, 4])
@pytest.mark.parametrize("sampling", list(Sampling))
def test_patches_are_the_shrunk_and_the_original(scale: int, sampling: Sampling) -> None:
    pairs = PatchPairs([noise(83, 71)], replace(RECIPE, scale=scale, sampling=sampling))
    for index in range(8):  # with all turns and flips
        x, y = pairs[index]
        assert x.shape == (3, 16, 16)
        assert y.shape == (3, 16 * scale, 16 * scale)
        high = (y.permute(1, 2, 0).numpy() * 255).round().astype(np.uint8)
        low = (x.permute(1, 2, 0).numpy() * 255).round().astype(np.uint8)
        inside = slice(3, -3)  # at the border, the pixels outside of the patch show
        difference = shrink(high, scale).astype(int)[inside, inside] - low[inside, inside]
        assert np.abs(difference).max() <= 1


def test_all_turns_and_flips_are_shown() -> None:
    photo = noise(32, 32)  # one place only
    pairs = PatchPairs([photo], RECIPE)
    assert len({pairs[index][1].numpy().tobytes() for index in range(100)}) == 8


@pytest.mark.parametrize("sampling", list(Sampling))
@pytest.mark.parametrize("degrade", [False, True])
def test_a_patch_depends_on_seed_and_index_alone(sampling: Sampling, degrade: bool) -> None:
    recipe = replace(RECIPE, sampling=sampling, degrade=degrade)
    photos = [half_detailed(90, 70, seed) for seed in range(3)]
    pairs = PatchPairs(photos, recipe)
    later, earlier = pairs[7], pairs[3]
    again = PatchPairs(photos, recipe)
    for part in range(2):
        assert torch.equal(again[3][part], earlier[part])
        assert torch.equal(again[7][part], later[part])
    assert not torch.equal(earlier[0], later[0])
    assert not torch.equal(PatchPairs(photos, replace(recipe, seed=1))[3][0], earlier[0])


def test_degraded_inputs_show_the_same_places() -> None:
    photos = [half_detailed(90, 70, seed) for seed in range(2)]
    clean = PatchPairs(photos, RECIPE)
    degraded = PatchPairs(photos, replace(RECIPE, degrade=True))
    for index in range(10):
        assert torch.equal(clean[index][1], degraded[index][1])
    worse = [float((clean[i][0] - degraded[i][0]).abs().mean()) for i in range(10)]
    assert max(worse) > 0.01
