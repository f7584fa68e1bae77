"""The image, built by sam and run by Docker."""

import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from playground.aws import sam_local
from tests.deployment.cloudformation import ROOT
from training.figures import colourfulness

pytestmark = [pytest.mark.container, pytest.mark.timeout(1800)]

SAM = ROOT / ".venv-sam" / "bin" / "sam"

# Notes every file that Python opens while the function starts, and prints those that belong to
# packages of the layer with torch.
WATCH = """
import os, sys
from importlib import metadata
opened = set()
sys.addaudithook(lambda event, args: event == "open" and opened.add(str(args[0])))
import handler.lambda_function
from handler.app import create_app
names = {"torch", "torchvision", "super_image", "safetensors", "cv2", "h5py", "sympy", "networkx"}
site = os.path.dirname(os.path.dirname(__import__("aiohttp").__file__))
folders = {path[len(site) + 1:].split("/")[0] for path in opened if path.startswith(site)}
assert names <= set(os.listdir(site)), "the packages to watch for are not installed"
print(sorted(folders & names), "aiogram" in folders)
"""


def run(*command: str | Path, expected: int = 0) -> str:
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == expected, done.stdout + done.stderr
    return done.stdout + done.stderr


def python(*arguments: str, expected: int = 0) -> str:
    """Run Python in the image as restricted as Lambda does: nothing but /tmp can be written."""
    options = ("--rm", "--read-only", "--tmpfs", "/tmp", "--entrypoint", "/opt/venv/bin/python")  # noqa: S108
    return run("docker", "run", *options, "neon-bot:latest", *arguments, expected=expected)


@pytest.fixture(scope="module", autouse=True)
def _image() -> None:
    if not SAM.exists():
        pytest.skip("aws-sam-cli is not installed: make test-container does it")
    if shutil.which("docker") is None:
        pytest.skip("there is no docker")
    run(SAM, "build")


def test_sam_has_nothing_to_say_about_the_template() -> None:
    assert "is a valid SAM Template" in run(SAM, "validate", "--lint", "--region", "eu-central-1")


def test_the_image_is_not_roots() -> None:
    assert python("-c", "import os; print(os.getuid())").strip() == "10001"


def test_bytecode_is_compiled() -> None:
    missing = (
        "import pathlib, importlib.util as u\n"
        "files = [f for d in ('/app', '/opt/venv/lib') for f in pathlib.Path(d).rglob('*.py')]\n"
        "assert len(files) > 1000\n"
        "print([str(f) for f in files if not pathlib.Path(u.cache_from_source(f)).exists()])\n"
    )
    left_out = python("-c", missing)
    assert left_out.count(".py") <= 1, left_out  # torch has a module for Python 3.12


def test_the_webhook_starts_without_the_layer_with_torch() -> None:
    assert python("-c", WATCH).strip() == "[] True"


def test_a_worker_on_a_host_of_ones_own_says_what_it_misses() -> None:
    assert "BOT_TOKEN is not set" in python("-m", "handler", "work", expected=2)


def test_every_sample_event_is_answered(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    assert sam_local.main(["--sam", str(SAM), "--output", str(tmp_path)]) == 0
    shown = capsys.readouterr().out
    for path in (ROOT / "events").glob("*.json"):
        assert path.name in shown
    photo, neon = (
        np.asarray(Image.open(next(tmp_path.glob(f"{name}.*"))).convert("RGB"))
        for name in ("photo", "neon")
    )
    assert neon.shape == photo.shape
    assert colourfulness(neon) > 45
    assert _blue_over_red(neon) > _blue_over_red(photo)


def _blue_over_red(picture: np.ndarray) -> float:
    return float(picture[..., 2].mean() - picture[..., 0].mean())
