"""The frame of a training loop: batches, progress bar, reports in time, a calm Ctrl-C."""

import logging
from collections.abc import Callable, Iterator
from types import TracebackType

import torch
from torch import Tensor
from torch.utils.data import Dataset
from tqdm import tqdm

from training.loop import StopRequest, batches
from training.processes import Processes

logger = logging.getLogger(__name__)


class Steps:
    """Iterates over a training's batches, on the right device, until the end or Ctrl-C.

    ::

        with Steps(pairs, batch=8, first=0, last=100, every=25, processes=processes) as steps:
            for x, y in steps:
                ...  # one step
                if steps.is_due():
                    ...  # figures, checkpoint

    Args:
        pairs: the data; an index makes a pair.
        batch: pairs a step, in each process.
        first: steps done before.
        last: steps in all.
        every: steps between reports.
        processes: that train together.
        workers: processes that make pairs.
    """

    def __init__(
        self,
        pairs: Dataset[tuple[Tensor, Tensor]],
        *,
        batch: int,
        first: int,
        last: int,
        every: int,
        processes: Processes,
        workers: int = 1,
    ) -> None:
        self.step = first
        self.last, self.every, self.processes = last, every, processes
        self._loader = batches(
            pairs, batch, first, last,
            rank=processes.rank, processes=processes.count, workers=workers,
        )  # fmt: skip
        self._stop = StopRequest()
        self._stopping = False

    def __enter__(self) -> "Steps":
        self._stop.__enter__()
        self._progress = tqdm(
            initial=self.step, total=self.last, unit="step", smoothing=0.02,
            disable=not self.processes.is_main,
        )  # fmt: skip
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._progress.close()
        self._stop.__exit__(kind, error, trace)

    def __iter__(self) -> Iterator[tuple[Tensor, Tensor]]:
        for pair in self._loader:
            self.step += 1
            x, y = (
                part.to(self.processes.device, memory_format=torch.channels_last, non_blocking=True)
                for part in pair
            )
            yield x, y
            self._progress.update()
            if self._stopping:
                logger.info("stopped at step %d; start again to go on", self.step)
                return

    def is_due(self) -> bool:
        """Whether this step is to end with a report: ask once, when its work is done."""
        self._stopping = self.processes.any(self._stop.made)
        return self._stopping or self.step % self.every == 0 or self.step == self.last

    def show(self, values: Callable[[], dict[str, float]]) -> None:
        """Show values in the progress bar, every tenth step; asked for only then."""
        if self.processes.is_main and self.step % 10 == 0:
            shown = {name: f"{value:.3g}" for name, value in values().items()}
            self._progress.set_postfix(shown)
