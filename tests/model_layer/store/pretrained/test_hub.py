"""Fetching from the hub: what is sent, what is gone on with, and how failures are told."""

import os
import subprocess
import sys
from pathlib import Path

import huggingface_hub.constants
import pytest
from aiohttp import web

from model_layer.upscaling import pull as pulling
from tests.model_layer.command_line import CommandLine
from tests.model_layer.store.pretrained.conftest import REPOSITORY
from tests.model_layer.store.pretrained.fake_hub import FakeHub

TWO, THREE = "pytorch_model_2x.pt", "pytorch_model_3x.pt"
ROOT = Path(__file__).parents[4]


def test_nothing_is_fetched_twice(hub: FakeHub, cli: CommandLine) -> None:
    assert cli("pull", REPOSITORY) == 0
    assert cli("pull", REPOSITORY, "--scale", 2, "--scale", 3, "--replace") == 0
    assert hub.sent == {"config.json": 1, "README.md": 1, TWO: 1, THREE: 1}


def test_a_broken_connection_is_gone_on_with(
    hub: FakeHub, cli: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(huggingface_hub.constants, "DOWNLOAD_CHUNK_SIZE", 10_000)
    data = hub.files[REPOSITORY, TWO]

    def half(request: web.Request) -> web.StreamResponse:
        """Promises everything, and closes the connection in the middle."""
        assert request.transport
        head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(data)}\r\n\r\n".encode()
        request.transport.write(head + data[: len(data) // 2])
        request.transport.close()
        return web.Response()

    hub.on_download.append(half)
    assert cli("pull", REPOSITORY) == 0
    (wanted,) = hub.ranges
    assert 0 < int(wanted.removeprefix("bytes=").removesuffix("-")) <= len(data) // 2


def test_the_token_stays_here(
    hub: FakeHub, cli: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    assert cli("pull", REPOSITORY) == 0
    assert hub.headers
    assert not any("hf_secret" in str(headers) for headers in hub.headers)


@pytest.mark.parametrize(
    ("repository", "message"),
    [
        ("nobody/nothing", "nobody/nothing: no such repository on http://127.0.0.1"),
        ("a/b/c", "'a/b/c': not the name of a repository, OWNER/NAME"),
        ("../../etc", "'../../etc': not the name of a repository, OWNER/NAME"),
    ],
)
def test_no_such_repository(hub: FakeHub, cli: CommandLine, repository: str, message: str) -> None:
    assert cli("pull", repository) == 2
    (line,) = cli.errors
    assert line.startswith(f"error: {message}")


def test_no_such_scale(hub: FakeHub, cli: CommandLine) -> None:
    assert cli("pull", REPOSITORY, "--scale", 2, "--scale", 4) == 2
    assert cli.errors == [f"error: {REPOSITORY}: has no file pytorch_model_4x.pt"]
    assert not Path(cli.weights).exists()


def test_a_file_that_is_too_large(
    hub: FakeHub, cli: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pulling, "MAX_WEIGHTS", 500_000)
    assert cli("pull", REPOSITORY) == 2
    (line,) = cli.errors
    size = len(hub.files[REPOSITORY, TWO]) / 1e6
    assert line == f"error: {REPOSITORY}: {TWO} is {size:.1f} MB, at most 0.5 MB are taken"
    assert hub.sent[TWO] == 0


def test_a_hub_that_is_down(hub: FakeHub, cli: CommandLine) -> None:
    hub.down = True
    assert cli("pull", REPOSITORY) == 2
    assert cli.errors == [f"error: {REPOSITORY}: config.json: HTTP 503 from {hub.address}"]


def test_another_server(hub: FakeHub, cli: CommandLine) -> None:
    hub.commit = None
    assert cli("pull", REPOSITORY) == 2
    assert cli.errors == [f"error: {hub.address} does not answer like the hub"]


def test_a_download_that_never_comes(hub: FakeHub, cli: CommandLine) -> None:
    hub.on_download.extend([lambda _: web.Response(status=403)] * 9)
    assert cli("pull", REPOSITORY) == 2
    assert cli.errors == [f"error: {REPOSITORY}: {TWO}: HTTP 403 from {hub.address}"]


def test_without_the_internet(tmp_path: Path) -> None:
    """As a program: neither logs of the client nor its advice, one line."""
    done = subprocess.run(
        [sys.executable, "-m", "model_layer", "pull", REPOSITORY, "--into", "weights"],
        cwd=tmp_path, capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT), "HF_ENDPOINT": "http://127.0.0.1:9",
             "HF_HOME": str(tmp_path / "cache"), "NO_PROXY": "127.0.0.1"},
    )  # fmt: skip
    assert done.returncode == 2
    assert done.stdout == ""
    (line,) = done.stderr.splitlines()
    assert line.startswith("error: http://127.0.0.1:9 cannot be reached (")
    assert line.endswith("; pull needs the internet")


@pytest.mark.slow
def test_as_a_program(hub: FakeHub, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "model_layer", "pull", REPOSITORY, "--into", "weights"],
        cwd=tmp_path, capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT), "HF_HOME": str(tmp_path / "cache")},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stderr == f"{REPOSITORY}: checking {TWO}\n"
