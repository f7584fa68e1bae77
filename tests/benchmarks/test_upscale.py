"""The benchmark of upscaling, on a small photo."""

import re
from dataclasses import replace

import pytest

from benchmarks import upscale as bench_upscale
from model_layer.store.packaging import operations_per_pixel


@pytest.mark.slow
def test_everything_is_measured_and_printed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in (
        ("PHOTO_SIZE", (64, 48)),
        ("CROP_SIZE", (32, 24)),
        ("MATRIX_SIDE", 64),
        ("TILES", (32, bench_upscale.one_stride(2).tile)),
    ):
        monkeypatch.setattr(bench_upscale, name, value)
    options = ["--repeats", "1", "--threads", "1", "--variants"]
    assert bench_upscale.main(options) == 0
    printed = capsys.readouterr().out
    assert "1 threads" in printed
    assert "4 times a crop of 32×24" in printed
    for scale in (2, 3, 4):
        found = rf"one-stride ×{scale}: .* edsr-small [\d.]+ s, [\d.]+ times as long"
        assert re.search(found, printed)
    assert re.search(r"one-stride ×2 is [\d.]+ times as fast", printed)
    for row in ("torch.mm", "by oneDNN", "arranged for inference, the choice"):
        assert row in printed
    assert "bfloat16 (not used)" in printed


def test_operations_done_count_overlaps() -> None:
    network = bench_upscale.one_stride(2)
    picture = bench_upscale.photo().crop((0, 0, 64, 32))
    whole = bench_upscale.operations_done(network, picture)
    tiled = bench_upscale.operations_done(replace(network, tile=32), picture)
    assert whole == operations_per_pixel(network) * 64 * 32
    assert network.overlap is not None
    assert tiled / whole == pytest.approx(1 + 2 * network.overlap / 64)


def test_works_take_turns() -> None:
    done: list[int] = []
    times = bench_upscale.take_turns([lambda: done.append(1), lambda: done.append(2)], 2)
    assert done == [1, 2] * 3
    assert [len(those) for those in times] == [2, 2]
