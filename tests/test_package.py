"""The wheel has everything that the programs need, and asks for what requirements.txt lists."""

import shutil
import subprocess
import sys
from email import message_from_string
from importlib.metadata import EntryPoint
from pathlib import Path
from zipfile import ZipFile

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[1]
PACKAGES = ("handler", "model_layer", "training", "playground", "benchmarks")
BUILD = "from setuptools.build_meta import build_wheel; import sys; build_wheel(sys.argv[1])"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> ZipFile:
    """The wheel of the working tree; its weights are empty files, which are soon packed."""
    source, out = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("wheel")
    for name in ("pyproject.toml", "requirements.txt", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    for package in PACKAGES:
        shutil.copytree(
            ROOT / package, source / package, ignore=shutil.ignore_patterns("__pycache__")
        )
    (source / "weights").mkdir()
    for file in (ROOT / "weights").iterdir():
        (source / "weights" / file.name).touch()
    subprocess.run(
        [sys.executable, "-c", BUILD, out], cwd=source, check=True, capture_output=True, text=True
    )
    (file,) = out.glob("*.whl")
    return ZipFile(file)


def test_it_asks_for_what_the_list_of_requirements_names(wheel: ZipFile) -> None:
    (metadata,) = (name for name in wheel.namelist() if name.endswith("METADATA"))
    asked = message_from_string(wheel.read(metadata).decode()).get_all("Requires-Dist", [])
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    listed = {Requirement(line) for line in lines if line and not line.startswith("#")}
    assert {Requirement(line) for line in asked} == listed


def test_it_has_every_file_of_the_packages(wheel: ZipFile) -> None:
    files = {
        str(path.relative_to(ROOT))
        for package in PACKAGES
        for path in (ROOT / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert files - set(wheel.namelist()) == set()


def test_it_has_the_manifest_weights_and_cards(wheel: ZipFile) -> None:
    weights = {file.name for file in (ROOT / "weights").iterdir() if file.is_file()}
    assert {f"weights/{name}" for name in weights} <= set(wheel.namelist())


def test_its_programs_can_be_called(wheel: ZipFile) -> None:
    (listed,) = (name for name in wheel.namelist() if name.endswith("entry_points.txt"))
    lines = wheel.read(listed).decode().split("[console_scripts]\n")[1].split("\n\n")[0]
    for line in lines.splitlines():
        name, value = line.split(" = ")
        assert callable(EntryPoint(name, value, "console_scripts").load()), name
