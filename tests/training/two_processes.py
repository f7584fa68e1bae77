"""Runs a test in two processes at once, connected as torchrun connects them, on the CPU."""

import os
import socket
from collections.abc import Callable

import torch
from torch.multiprocessing.spawn import spawn

from training.processes import Processes, join


def in_two(work: Callable[[Processes], None]) -> None:
    """Run a module's function in two processes; what one raises is raised here."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    spawn(_start, (work, port), nprocs=2)  # type: ignore[no-untyped-call]


def _start(rank: int, work: Callable[[Processes], None], port: int) -> None:
    os.environ.update(
        RANK=str(rank), LOCAL_RANK=str(rank), WORLD_SIZE="2",
        MASTER_ADDR="127.0.0.1", MASTER_PORT=str(port),
        GLOO_SOCKET_IFNAME="lo",  # looking up the host's own name can take long
    )  # fmt: skip
    torch.cuda.is_available = lambda: False
    torch.set_num_threads(1)
    with join() as processes:
        work(processes)
