"""The benchmark of the neon effect."""

import re
from pathlib import Path

import pytest
import torch

from benchmarks.neon import load_network, main, measure
from model_layer.effects import Strength
from model_layer.images import decode, encode
from model_layer.store.store import ModelStore
from tests.model_layer.command_line import draw
from tests.model_layer.shipped import WEIGHTS
from training.neon_stages import STAGES


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    draw(tmp_path / "photo.png")
    image = decode((tmp_path / "photo.png").read_bytes(), 10**6).image.convert("RGB")
    path = tmp_path / "photo.jpg"
    path.write_bytes(encode(image, "JPEG"))
    return path


@pytest.mark.parametrize("shipped", [False, True], ids=["grey", "told of light"])
def test_the_generator_is_timed_beside_it(
    tiny_weights: Path, photo: Path, *, shipped: bool
) -> None:
    network = load_network(ModelStore.from_folder(WEIGHTS if shipped else tiny_weights))
    found = measure(network, photo.read_bytes(), Strength.NEON, 3)
    assert found.generator > 0
    assert found.ratio > 0
    assert min(found.stages.values()) > 0
    assert found.total >= max(found.stages.values())


def test_table(tiny_weights: Path, photo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    threads = torch.get_num_threads()
    try:
        code = main(
            ["--weights", str(tiny_weights), "--photo", str(photo), "--repeats", "1",
             "--threads", "1", "--strength", "soft", "max"]
        )  # fmt: skip
    finally:
        torch.set_num_threads(threads)
    assert code == 0
    first, header, *rows = capsys.readouterr().out.splitlines()
    assert "1 threads, medians of 1 runs, ms" in first
    assert header.split() == ["soft", "max"]
    assert [re.split(r"\s{2,}", row)[0] for row in rows] == [
        *STAGES, "total", "generator alone", "total : generator"
    ]  # fmt: skip
