"""One process on one device, or several that PyTorch's launcher (torchrun) started together.

Each process trains on batches of its own; their gradients are averaged, so that all hold the same
weights. Only the main one writes.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import torch
from torch import distributed, nn
from torch.nn.parallel import DistributedDataParallel


@dataclass(frozen=True)
class Processes:
    """This process among those that train together."""

    device: torch.device
    rank: int = 0
    count: int = 1

    @property
    def is_main(self) -> bool:
        """Whether this is the one that writes and speaks."""
        return self.rank == 0

    def parallel(self, network: nn.Module) -> nn.Module:
        """Wrap a network so that its gradients are averaged over all processes."""
        if self.count == 1:
            return network
        # Batch norm's statistics stay each process's own: a discriminator runs twice before its
        # gradients are taken, and a broadcast in between would change what the first run used.
        return DistributedDataParallel(network, forward_sync_buffers=False)

    def any(self, wish: bool) -> bool:
        """Whether any process has a wish. All must ask at the same point."""
        if self.count == 1:
            return wish
        flag = torch.tensor([float(wish)], device=self.device)
        distributed.all_reduce(flag, distributed.ReduceOp.MAX)
        return bool(flag.item())


@contextmanager
def join() -> Iterator[Processes]:
    """Find the device, and the other processes if torchrun started any."""
    gpu = torch.cuda.is_available()
    count = int(os.environ.get("WORLD_SIZE", "1"))
    if count == 1:
        yield Processes(torch.device("cuda" if gpu else "cpu"))
        return
    device = torch.device(f"cuda:{os.environ['LOCAL_RANK']}" if gpu else "cpu")
    if gpu:
        torch.cuda.set_device(device)
    distributed.init_process_group("nccl" if gpu else "gloo")
    try:
        yield Processes(device, distributed.get_rank(), count)
    finally:
        distributed.destroy_process_group()
