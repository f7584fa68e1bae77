"""Freed memory stays with the process, to be used again."""

import platform
import subprocess
import sys

import pytest

SCRIPT = """
import resource, sys
import torch
from model_layer.networks.heap import keep_freed_memory

def faults():
    for _ in range(2):
        blocks = [torch.ones(4_000_000) for _ in range(4)]
        del blocks
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _ in range(5):
        blocks = [torch.ones(4_000_000) for _ in range(4)]
        del blocks
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before

without = faults()
assert keep_freed_memory() and keep_freed_memory()
print(without, faults())
"""


RETURNING = """
import torch
from model_layer.networks import heap

def resident():
    with open("/proc/self/status") as lines:
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmRSS"))

heap.keep_freed_memory()
before = resident()
blocks = [torch.ones(4_000_000) for _ in range(5)]
del blocks
assert resident() - before > 60e6, "freed, but kept"
assert heap.return_freed_memory()
assert resident() - before < 20e6
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="another C library")
def test_what_is_kept_can_be_returned() -> None:
    subprocess.run([sys.executable, "-c", RETURNING], check=True)


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="another C library")
def test_blocks_of_a_layers_size_are_not_cleared_again() -> None:
    command = [sys.executable, "-c", SCRIPT]
    result = subprocess.run(command, check=True, capture_output=True, text=True)
    without, kept = map(int, result.stdout.split())
    assert without > 10_000
    assert kept < 100
