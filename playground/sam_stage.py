"""The functions that ``sam build`` has built, in containers, with stand-ins for the world outside.

``sam local invoke`` starts a container for every event; this module tells it what to run and where
the stand-ins are.
"""

from __future__ import annotations

import asyncio
import copy
import ipaddress
import json
import os
import socket
import subprocess
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

from playground.events import Json
from playground.local_aws import CREDENTIALS, REGION

IMAGE: Final = "neon-bot:sam-local"
# `sam local invoke` adds Lambda's emulator to the image, which takes root. The bot itself then
# runs as the user it runs as elsewhere.
DOCKERFILE: Final = """\
FROM neon-bot:latest
USER root
ENTRYPOINT ["setpriv", "--reuid=10001", "--regid=10001", "--clear-groups", \
"/opt/venv/bin/python", "-m", "awslambdaric"]
CMD ["handler.lambda_function.handler"]
"""


class SamLocalError(Exception):
    """Something answered otherwise than it should; the text says what."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a function answered, and after how many seconds, the container's start included."""

    body: Json
    seconds: float


@dataclass(frozen=True, slots=True)
class Host:
    """This machine, as it is called here and as containers call it."""

    here: str
    from_containers: str


def find_host() -> Host:
    """Return an address that containers reach and, if possible, the network does not.

    Raises:
        SamLocalError: docker does not answer.
        OSError: there is no docker.
    """
    output = _docker("network", "inspect", "bridge", "-f", "{{json .IPAM.Config}}")
    config = json.loads(output)[0]
    gateway = config.get("Gateway") or str(ipaddress.ip_network(config["Subnet"])[1])
    try:
        socket.create_server((gateway, 0)).close()
    except OSError:  # Docker Desktop: the bridge is inside a virtual machine
        return Host("127.0.0.1", "host.docker.internal")
    return Host(gateway, gateway)


def local_template(built: Mapping[str, Any], variables: Mapping[str, str]) -> dict[str, Any]:
    """Return what ``sam build`` made of the template, with more variables for the functions.

    ``sam local invoke`` itself can change variables, but not add any.
    """
    template: dict[str, Any] = copy.deepcopy(dict(built))
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            properties = resource["Properties"]
            properties["ImageUri"] = IMAGE
            properties.setdefault("Environment", {}).setdefault("Variables", {}).update(variables)
    return template


class SamStage:
    """Runs the functions.

    Args:
        sam: the program.
        build: the folder that ``sam build`` has made.
        variables: more environment for the functions: where the stand-ins are.

    Raises:
        SamLocalError: the image is missing.
        OSError: nothing was built, or there is no docker.
    """

    def __init__(self, sam: Path, build: Path, variables: Mapping[str, str]) -> None:
        self._sam = sam
        self._template = build / "sam-local.yaml"
        built = yaml.safe_load((build / "template.yaml").read_text(encoding="utf-8"))
        template = yaml.safe_dump(local_template(built, variables))
        self._template.write_text(template, encoding="utf-8")
        _docker("build", "--quiet", "--tag", IMAGE, "-", text=DOCKERFILE)

    async def invoke(self, function: str, event: Json) -> Answer:
        """Let a function handle an event, in a new container.

        Raises:
            SamLocalError: it answered with an error, or not at all.
        """
        with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
            json.dump(event, file)
            file.flush()
            began = time.monotonic()
            process = await asyncio.create_subprocess_exec(
                *(self._sam, "local", "invoke", function, "--event", file.name),
                *("--template", self._template, "--region", REGION, "--skip-pull-image"),
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
                env={**os.environ, **CREDENTIALS, "SAM_CLI_TELEMETRY": "0"},
            )
            output, log = await process.communicate()
            seconds = time.monotonic() - began
        try:
            body = json.loads(output.decode().strip().splitlines()[-1])
        except (ValueError, IndexError):
            raise SamLocalError(f"{function} gave no answer:\n{log.decode()}") from None
        if "errorMessage" in body:
            raise SamLocalError(f"{function} failed: {body['errorMessage']}\n{log.decode()}")
        return Answer(body, seconds)


def _docker(*arguments: str, text: str | None = None) -> str:
    """Run docker; returns what it prints."""
    done = subprocess.run(  # noqa: S603
        ["docker", *arguments],  # noqa: S607  # wherever it is installed
        input=text,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SamLocalError(f"docker {arguments[0]} failed: {done.stderr.strip()}")
    return done.stdout
