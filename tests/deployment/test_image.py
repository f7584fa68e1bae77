"""What goes into the image, without building it."""

import re
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.deployment.cloudformation import ROOT, resources

DOCKERFILE = (ROOT / "handler" / "Dockerfile").read_text(encoding="utf-8")


def pins(path: Path) -> dict[str, str]:
    lines = path.read_text(encoding="utf-8").splitlines()
    requirements = [Requirement(line) for line in lines if line and not line.startswith("#")]
    return {canonicalize_name(each.name): str(each.specifier) for each in requirements}


def test_every_requirement_is_pinned_to_what_the_constraints_say() -> None:
    constraints = pins(ROOT / "handler" / "constraints.txt")
    for name, pin in pins(ROOT / "requirements.txt").items():
        assert pin.startswith("==")
        assert constraints[name] == pin


def test_every_constraint_is_a_pin() -> None:
    assert all(pin.startswith("==") for pin in pins(ROOT / "handler" / "constraints.txt").values())


def test_opencv_without_windows_is_the_opencv_that_was_tested() -> None:
    constraints = pins(ROOT / "handler" / "constraints.txt")
    assert constraints["opencv-python-headless"] == constraints["opencv-python"]


def test_the_base_names_its_releases_and_can_be_given_by_digest() -> None:
    (base,) = re.findall(r"^ARG BASE_IMAGE=(.+)$", DOCKERFILE, re.MULTILINE)
    assert re.fullmatch(r"python:3\.11[.\d]*-slim-[a-z]+(@sha256:[0-9a-f]{64})?", base)
    stages = re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)
    assert set(stages) == {"${BASE_IMAGE}", "bot"}


def test_only_the_functions_image_is_roots() -> None:
    stages = re.split(r"^FROM \S+ AS ", DOCKERFILE, flags=re.MULTILINE)
    users = {stage.split()[0]: re.findall(r"^USER (.+)$", stage, re.MULTILINE) for stage in stages}
    assert users["bot"] == users["lambda"] == []
    assert users["serve"] == ["10001:10001"]


def test_the_functions_image_is_built_without_weights() -> None:
    before, _, after = DOCKERFILE.partition("FROM bot AS serve")
    # Which weights belong to the code, but not themselves.
    copied = re.findall(r"^COPY .*weights.*$", before, re.MULTILINE)
    assert copied == ["COPY weights/manifest.json weights/"]
    assert "COPY weights weights" in after
    for function in resources("AWS::Serverless::Function").values():
        assert function["Metadata"]["DockerBuildTarget"] == "lambda"


def test_nothing_is_copied_that_is_not_needed() -> None:
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").split("\n")
    assert "*" in ignored
    assert {line for line in ignored if line.startswith("!")} == {
        "!requirements.txt",
        "!handler",
        "!model_layer",
        "!weights",
    }
