"""Others' networks, run by ncnn."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.training.pictures import noise
from training.ncnn_contender import of_ncnn

TWICE = """7767517
2 2
Input input 0 1 data
Interp twice 1 1 data output 0=1 1=2.0 2=2.0
"""
"""A network that repeats pixels."""


def network(folder: Path, param: str = TWICE) -> Path:
    path = folder / "twice.param"
    path.write_text(param)
    path.with_suffix(".bin").write_bytes(b"")
    return path


@pytest.mark.parametrize("size", [(30, 20), (400, 250)])
def test_it_enlarges_in_tiles_as_if_whole(tmp_path: Path, size: tuple[int, int]) -> None:
    contender = of_ncnn(network(tmp_path))
    assert (contender.name, contender.scale) == ("twice", 2)
    picture = noise(*size, 1)
    expected = picture.repeat(2, axis=0).repeat(2, axis=1)
    assert np.array_equal(np.asarray(contender.enlarge(Image.fromarray(picture))), expected)


def test_what_is_no_network_is_named(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"twice\.param: ncnn cannot load it"):
        of_ncnn(network(tmp_path, "hello"))
    with pytest.raises(FileNotFoundError):
        of_ncnn(tmp_path / "none.param")
