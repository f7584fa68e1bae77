"""The command line run in this process, and what its tests draw and look at."""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.training.pictures import ByteArray, noise

Main = Callable[[Sequence[str]], int]


class CommandLine:
    """Runs commands and keeps what they said."""

    def __init__(
        self,
        main: Main,
        weights: Path | str,
        capsys: pytest.CaptureFixture[str],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        self.main = main
        self.monkeypatch = monkeypatch
        self.weights = weights
        self.capsys = capsys
        self.out = ""
        self.errors: list[str] = []

    def __call__(self, *arguments: object) -> int:
        self.monkeypatch.setenv("WEIGHTS", str(self.weights))
        code = self.main([*map(str, arguments)])
        said = self.capsys.readouterr()
        self.out, self.errors = said.out, said.err.splitlines()
        assert "Traceback" not in said.err, said.err
        return code


def draw(path: Path, seed: int = 0) -> Path:
    """Save a small picture; the suffix says in which format."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(noise(24, 16, seed)).save(path, quality=95)
    return path


def pixels(path: Path) -> ByteArray:
    with Image.open(path) as image:
        return np.asarray(image)


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}
