"""The functions under AWS's own Lambda emulator, as processes of this machine.

The Runtime Interface Emulator comes with aws-sam-cli. It speaks the Runtime API that Lambda
speaks, starts awslambdaric with the handler when the first event comes, and times it out.
"""

import json
import os
import platform
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import Request, urlopen

ROOT = Path(__file__).parents[2]
SAM_CLI = "aws-sam-cli==1.170.0"
HANDLER = "handler.lambda_function.handler"
INVOCATIONS = "/2015-03-31/functions/function/invocations"

Json = dict[str, Any]


class NoEmulatorError(Exception):
    """The emulator cannot be had; the text says why."""


def find_emulator() -> Path:
    """Return the emulator: of an installed aws-sam-cli, or out of its downloaded package.

    Raises:
        NoEmulatorError: not this kind of machine, or no network.
    """
    architecture = {"x86_64": "x86_64", "aarch64": "arm64"}.get(platform.machine())
    if sys.platform != "linux" or architecture is None:
        raise NoEmulatorError("Lambda's emulator runs on Linux only")
    name = f"aws-lambda-rie-{architecture}"
    kept = _cache() / name
    if not kept.exists():
        for found in ROOT.glob(f".venv*/lib/python3*/site-packages/samcli/local/rapid/{name}"):
            shutil.copy(found, kept)
            break
        else:
            _download(name, kept)
        kept.chmod(0o755)
    return kept


def _cache() -> Path:
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = base / "neon-bot" / SAM_CLI
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _download(name: str, target: Path) -> None:
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", SAM_CLI]
    try:
        subprocess.run([*command, "-d", target.parent], check=True, timeout=120)  # noqa: S603
    except (subprocess.SubprocessError, OSError) as error:
        raise NoEmulatorError(f"{SAM_CLI} cannot be downloaded: {error}") from error
    (package,) = target.parent.glob("aws_sam_cli-*.whl")
    with zipfile.ZipFile(package) as archive:
        target.write_bytes(archive.read(f"samcli/local/rapid/{name}"))
    package.unlink()


@dataclass
class Emulator:
    """A function of which one environment exists, at most."""

    url: str
    log_file: Path
    process: subprocess.Popen[bytes]

    def invoke(self, event: Json) -> Json:
        """Send an event and wait for the answer; the first one starts the function."""
        answer: Json = json.loads(self._post(json.dumps(event).encode()))
        return answer

    @property
    def log(self) -> str:
        """What the function and the emulator have written."""
        return self.log_file.read_text(encoding="utf-8")

    @property
    def init_seconds(self) -> float:
        """How long the function's first phase took: imports, secrets, settings."""
        milliseconds = re.findall(r"INIT REPORT\(durationMs: ([\d.]+)\)", self.log)
        return float(milliseconds[0]) / 1000

    @property
    def bytes_read(self) -> int:
        """What the function's process has read so far by system calls."""
        (line,) = re.findall(r"^rchar: (\d+)$", self._of_process("io"), re.MULTILINE)
        return int(line)

    @property
    def mapped_files(self) -> set[Path]:
        """Libraries, and whatever else the function's process has mapped into its memory."""
        paths = re.findall(r"(/\S+)$", self._of_process("maps"), re.MULTILINE)
        return {Path(path) for path in paths}

    def _of_process(self, name: str) -> str:
        pid = self.process.pid
        (child,) = Path(f"/proc/{pid}/task/{pid}/children").read_text().split() or _children(pid)
        return Path(f"/proc/{child}/{name}").read_text(encoding="utf-8")

    def _post(self, body: bytes) -> bytes:
        deadline = time.monotonic() + 10
        while True:
            try:
                with urlopen(Request(self.url, data=body), timeout=300) as answer:  # noqa: S310  # nosec B310
                    content: bytes = answer.read()
                    return content
            except URLError as error:  # it has only just been started
                if not isinstance(error.reason, ConnectionRefusedError):
                    raise
                if time.monotonic() > deadline or self.process.poll() is not None:
                    raise
                time.sleep(0.01)


def _children(pid: int) -> list[str]:
    """Find a process's children, whichever of its threads began them."""
    tasks = Path(f"/proc/{pid}/task").iterdir()
    return [child for task in tasks for child in (task / "children").read_text().split()]


@contextmanager
def emulator(
    log_file: Path, environment: Mapping[str, str], timeout: int = 60
) -> Iterator[Emulator]:
    """Run a function under the emulator.

    Args:
        log_file: gets what it writes.
        environment: of the function; nothing else of this process's.
        timeout: of the function, seconds.

    Raises:
        NoEmulatorError: there is none.
    """
    port, api = free_port(), free_port()
    command = [
        str(find_emulator()),
        *("--runtime-interface-emulator-address", f"127.0.0.1:{port}"),
        *("--runtime-api-address", f"127.0.0.1:{api}"),
        *(sys.executable, "-m", "awslambdaric", HANDLER),
    ]
    usual = {"AWS_LAMBDA_FUNCTION_TIMEOUT": str(timeout), "AWS_LAMBDA_FUNCTION_NAME": "function"}
    path = {"PATH": os.environ["PATH"], "NO_PROXY": "127.0.0.1"}
    with log_file.open("wb") as log:
        process = subprocess.Popen(  # noqa: S603
            command,
            cwd=ROOT,
            env={**path, **usual, **environment},
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # so that it ends together with what it started
        )
    try:
        yield Emulator(f"http://127.0.0.1:{port}{INVOCATIONS}", log_file, process)
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def free_port() -> int:
    """Return a port of this machine that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port
