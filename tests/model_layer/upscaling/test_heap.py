"""Freed memory stays with the process, to be used again."""

import platform
import subprocess
import sys

import pytest

SCRIPT = """
import resource, sys
import torch
from model_layer.upscaling.heap import keep_freed_memory

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


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="another C library")
def test_blocks_of_a_layers_size_are_not_cleared_again() -> None:
    command = [sys.executable, "-c", SCRIPT]
    result = subprocess.run(command, check=True, capture_output=True, text=True)
    without, kept = map(int, result.stdout.split())
    assert without > 10_000
    assert kept < 100
