"""One process, or several that train together."""

import pytest
import torch
from torch import Tensor, distributed, nn

from tests.training.two_processes import in_two
from training.neon_run import NeonTraining
from training.processes import Processes, join
from training.recipe import NeonRecipe
from training.train_neon import train_step


def test_alone_nothing_is_wrapped_or_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WORLD_SIZE", raising=False)
    with join() as processes:
        assert processes == Processes(torch.device("cpu"))
        assert processes.is_main
        network = nn.Linear(1, 1)
        assert processes.parallel(network) is network
        assert processes.any(True)
        assert not processes.any(False)
    assert not distributed.is_initialized()


@pytest.mark.slow
def test_two_that_train_together() -> None:
    in_two(_train_together)


def _train_together(processes: Processes) -> None:
    assert processes.count == 2
    assert processes.is_main == (processes.rank == 0)
    assert processes.any(processes.rank == 1), "one wish is everyone's"
    assert not processes.any(False)
    _average_gradients(processes)
    _train_alike(processes)


def _average_gradients(processes: Processes) -> None:
    torch.manual_seed(processes.rank)  # each begins with weights of its own
    linear = nn.Linear(1, 1, bias=False)
    parallel = processes.parallel(nn.Sequential(linear, nn.BatchNorm1d(1)))
    assert _same_everywhere(linear.weight), "all begin with the main one's weights"
    # Twice before the gradients are taken, as a discriminator sees real and made pictures.
    x = torch.tensor([[0.0], [1.0 + processes.rank]])
    loss = (parallel(x) ** 3).sum() + (parallel(x + 1) ** 3)[0].sum()
    loss.backward()
    assert linear.weight.grad is not None
    assert _same_everywhere(linear.weight.grad)


def _train_alike(processes: Processes) -> None:
    """Steps of the neon training on different pictures leave the same weights."""
    recipe = NeonRecipe(features=2, discriminator_features=2, steps=3, discriminator_every=2)
    run = NeonTraining(recipe, processes)
    for step in range(3):
        torch.manual_seed(10 * step + processes.rank)
        x, y = (torch.rand(1, 3, 256, 256) * 2 - 1 for _ in range(2))
        assert not _same_everywhere(x)
        train_step(run, recipe, x, y)
    for network in (run.generator, run.discriminator):
        assert all(map(_same_everywhere, network.parameters()))


def _same_everywhere(tensor: Tensor) -> bool:
    both = [torch.zeros_like(tensor) for _ in range(2)]
    distributed.all_gather(both, tensor.detach().contiguous())
    return torch.equal(*both)
