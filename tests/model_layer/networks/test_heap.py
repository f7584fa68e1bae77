"""Freed memory stays with the process, to be used again, until it is returned."""

import platform
import subprocess
import sys

import pytest

# The process is a fresh one: where blocks of that size were freed, glibc learns to keep some.
SCRIPT = """
import resource
import torch
from model_layer.networks.heap import keep_freed_memory, return_freed_memory

def faults():
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    blocks = [torch.ones(4_000_000) for _ in range(5)]
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before

def resident():
    with open("/proc/self/status") as lines:
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmRSS"))

assert keep_freed_memory() and keep_freed_memory()
before = resident()
assert faults() > 10_000, "cleared, the first time"
assert resident() - before > 60e6, "freed, but kept"
for _ in range(3):
    faults()  # the heap settles
assert faults() < 100, "not cleared again"
assert return_freed_memory()
assert resident() - before < 20e6, "returned"
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="another C library")
def test_blocks_of_a_layers_size_are_not_cleared_again_until_they_are_returned() -> None:
    subprocess.run([sys.executable, "-c", SCRIPT], check=True)
