"""The benchmark of upscaling, on a small photo."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks import upscale as bench_upscale
from model_layer.effects import Upscale
from model_layer.networks.registry import Network
from model_layer.store.store import ModelStore


@pytest.mark.slow
def test_everything_is_measured_and_printed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tiny_weights: Path
) -> None:
    for name, value in (
        ("PHOTO_SIZE", (64, 48)),
        ("CROP_SIZE", (32, 24)),
        ("MATRIX_SIDE", 64),
        ("TILES", (32, 320)),
    ):
        monkeypatch.setattr(bench_upscale, name, value)
    options = ["--weights", str(tiny_weights), "--repeats", "1", "--threads", "1", "--variants"]
    assert bench_upscale.main(options) == 0
    printed = capsys.readouterr().out
    assert "1 threads" in printed
    assert "4 times a crop of 32×24" in printed
    assert re.search(r"edsr-x2 is [\d.]+ times as fast", printed)
    for row in ("torch.mm", "by oneDNN", "tiles of 320, arranged for inference, the choice"):
        assert row in printed
    assert "bfloat16 (not used)" in printed


def test_operations_done_count_halos(tiny_weights: Path) -> None:
    network: Network = ModelStore.from_folder(tiny_weights).load(Upscale(2))
    picture = bench_upscale.photo().crop((0, 0, 64, 32))
    whole = bench_upscale.operations_done(network, picture)
    tiled = bench_upscale.operations_done(replace(network, tile=32), picture)
    assert network.halo is not None
    assert tiled / whole == pytest.approx(1 + 2 * network.halo / 64, rel=0.05)
