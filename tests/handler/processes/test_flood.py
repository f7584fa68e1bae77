"""More sockets than the process may open."""

import asyncio
import resource
import socket

import pytest

from tests.handler.processes.machine import Machine

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

FILES = 128
SOCKETS = 300
LINES = 400
"""At most: what is repeated is left out."""


async def test_a_flood_of_sockets_does_not_flood_the_log_and_the_bot_lives_on(
    machine: Machine,
) -> None:
    await machine.start()
    assert machine.process
    resource.prlimit(machine.process.pid, resource.RLIMIT_NOFILE, (FILES, FILES))
    sockets = [socket.socket() for _ in range(SOCKETS)]
    for stranger in sockets:
        stranger.setblocking(False)
        stranger.connect_ex(("127.0.0.1", machine.port))
    await asyncio.sleep(5)  # with a record a socket and second, thousands of lines
    for stranger in sockets:
        stranger.close()
    alice = machine.telegram.person("A")
    await alice.send_text("/help")
    await alice.wait_for(lambda message: "text" in message, timeout=60)
    log = machine.log.read_text()
    assert "socket.accept() out of system resource" in log
    assert len(log.splitlines()) < LINES
