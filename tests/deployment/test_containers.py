"""The images, built by sam and Docker and run."""

import json
import shutil
import subprocess
import time
from pathlib import Path
from urllib.request import urlopen

import numpy as np
import pytest
from PIL import Image

from playground.aws import sam_local
from tests.deployment.cloudformation import ROOT
from tests.handler.running_bot import SECRET, TOKEN
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
from handler.endpoints import Endpoints
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


RESTRICTED = ("--read-only", "--tmpfs", "/tmp")  # noqa: S108
"""Nothing but /tmp can be written, as on Lambda."""
UNPRIVILEGED = ("--cap-drop", "ALL", "--security-opt", "no-new-privileges")
"""And nothing is allowed that a process of an ordinary user is not."""


def python(*arguments: str) -> str:
    """Run Python in the functions' image."""
    options = ("--rm", *RESTRICTED, *UNPRIVILEGED, "--entrypoint", "/opt/venv/bin/python")
    return run("docker", "run", *options, "neon-bot:latest", *arguments)


@pytest.fixture(scope="module", autouse=True)
def _image() -> None:
    if not SAM.exists():
        pytest.skip("aws-sam-cli is not installed: make test-container does it")
    if shutil.which("docker") is None:
        pytest.skip("there is no docker")
    run(SAM, "build")
    run("make", "image")


@pytest.mark.parametrize("template", ["template.yaml", "bootstrap.yaml"])
def test_sam_has_nothing_to_say_about_the_templates(template: str) -> None:
    options = ("--lint", "--region", "eu-central-1", "--template-file", template)
    assert "is a valid SAM Template" in run(SAM, "validate", *options)


def test_the_image_carries_the_manifest_and_no_weights() -> None:
    listed = python(
        "-c", "import os; print(sorted(os.listdir('/app/weights')), os.environ['MANIFEST'])"
    )
    assert listed.strip() == "['manifest.json'] /app/weights/manifest.json"


def test_the_hooks_handler_is_in_the_image() -> None:
    assert python("-c", "import handler.processes.deployment_hook as hook; print(hook.__name__)")


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
    said = run("docker", "run", "--rm", "neon-bot:serve", "work", expected=2)
    assert "BOT_TOKEN is not set" in said


def test_the_bot_serves_as_it_is_and_ends_soon() -> None:
    settings = ("-e", f"BOT_TOKEN={TOKEN}", "-e", f"WEBHOOK_SECRET={SECRET}")
    restricted = (*RESTRICTED, *UNPRIVILEGED)
    options = ("--detach", "--publish", "127.0.0.1::8080", *restricted, *settings)
    container = run("docker", "run", *options, "neon-bot:serve", "serve").strip()
    try:
        address = run("docker", "port", container, "8080").strip()
        assert health(f"http://{address}/health", within=60) == "ok"
        assert run("docker", "exec", container, "id", "--user").strip() == "10001"
        began = time.monotonic()
        run("docker", "stop", "--time", "30", container)
        assert time.monotonic() - began < 15
    finally:
        run("docker", "rm", "--force", container)


def health(url: str, within: float) -> str:
    deadline = time.monotonic() + within
    while True:
        try:
            with urlopen(url, timeout=5) as answer:  # noqa: S310
                return str(json.load(answer)["status"])
        except OSError:  # it has only just been started
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)


def test_every_sample_event_is_answered(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    assert sam_local.main(["--sam", str(SAM), "--output", str(tmp_path)]) == 0
    shown = capsys.readouterr().out
    for path in (ROOT / "events").glob("*.json"):
        assert path.stem in shown
    photo, neon = (
        np.asarray(Image.open(next(tmp_path.glob(f"{name}.*"))).convert("RGB"))
        for name in ("photo", "neon")
    )
    assert neon.shape == photo.shape
    assert colourfulness(neon) > 45
    assert _blue_over_red(neon) > _blue_over_red(photo)


def _blue_over_red(picture: np.ndarray) -> float:
    return float(picture[..., 2].mean() - picture[..., 0].mean())
