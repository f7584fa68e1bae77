"""How a generator is judged while it trains."""

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from model_layer.effects import Neon
from model_layer.neon import effect as neon
from model_layer.networks.pix2pix import Generator, initialise
from model_layer.networks.registry import generator_network
from tests.training.pictures import noise, save
from training import figures
from training.dataset import EmptyFolderError, find_pictures
from training.validation import Jury, recolour, samples, score

GOOD = {"colourfulness": 70.0, "palette": 5.0, "detail": 0.98, "hue variety": 0.7}


def generator() -> Generator:
    torch.manual_seed(0)
    network = Generator(2).eval()
    initialise(network)
    return network


def test_the_score_of_a_good_network_is_its_palette_distance() -> None:
    assert score(GOOD) == 5.0


@pytest.mark.parametrize(
    ("name", "value", "penalty"),
    [
        ("colourfulness", 50, 2),
        ("colourfulness", 100, 2),
        ("detail", 0.95, 2),
        ("hue variety", 0.4, 2),
        ("palette", 7, 2),
        ("detail", 1, 0),
        ("hue variety", 1, 0),
    ],
)
def test_what_falls_short_is_added(name: str, value: float, penalty: float) -> None:
    assert score({**GOOD, name: value}) == pytest.approx(5 + penalty)


def test_the_shipped_effect_is_judged(tmp_path: Path) -> None:
    save(tmp_path / "photos", (300, 260), (256, 280), (90, 60))
    save(tmp_path / "neon", (80, 80))
    photos, held_out = (find_pictures([tmp_path / name]) for name in ("photos", "neon"))
    jury = Jury(photos, held_out, 256, count=2)
    network = generator()
    found = jury.assess(network)
    expected = [
        np.asarray(neon.apply(generator_network(network), Image.fromarray(p), Neon()))
        for p in jury.photos
    ]
    assert all(np.array_equal(a, b) for a, b in zip(found.results, expected, strict=True))
    colour = np.mean([figures.colourfulness(result) for result in expected])
    assert found.figures["colourfulness"] == pytest.approx(colour)
    assert found.figures["score"] == pytest.approx(score(found.figures))
    sheet = np.asarray(found.sheet)
    assert sheet.shape == (3 * 256, 2 * 256, 3)  # photos, answers, results
    assert np.array_equal(sheet[:256, :256], jury.photos[0])
    assert np.array_equal(sheet[256:512, 256:], recolour(network, jury.photos[1]))
    assert np.array_equal(sheet[512:, :256], expected[0])


def test_photos_are_judged_larger_than_the_effect_works(tmp_path: Path) -> None:
    paths = find_pictures([save(tmp_path, (90, 60))])
    (photo,) = Jury(paths, paths).photos
    assert photo.shape == (512, 512, 3)
    assert min(neon.working_picture(Image.fromarray(photo)).shape[2:]) < 512


def test_the_generator_sees_no_colour() -> None:
    picture = noise(256, 256)
    grey = np.asarray(Image.fromarray(picture).convert("L").convert("RGB"))
    difference = recolour(generator(), picture).astype(int) - recolour(generator(), grey)
    assert np.abs(difference).max() <= 1  # bytes are rounded


def test_samples_are_central_squares_evenly_chosen(tmp_path: Path) -> None:
    save(tmp_path, *[(30, 20)] * 5)
    found = samples(sorted(tmp_path.iterdir()), 3, side=20)
    assert [picture.shape for picture in found] == [(20, 20, 3)] * 3
    for picture, number in zip(found, (0, 2, 4)):
        assert np.array_equal(picture, noise(30, 20, number)[:, 5:25])


def test_broken_photos_only(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(b"\xff\xd8\xff")
    with pytest.raises(EmptyFolderError, match="kept 0 of 1: 1 broken"):
        Jury([tmp_path / "a.jpg"], [tmp_path / "a.jpg"])
