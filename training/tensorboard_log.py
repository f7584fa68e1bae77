"""The log for TensorBoard, where it is installed; where it is not, nothing is written."""

from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
from PIL import Image


class TensorBoardLog:
    """Scalars and sheets of a run, in its folder ``tensorboard``.

    Args:
        run: the run's folder.
        step: steps done before; what an interrupted run wrote after them is left out.
        on: whether to write at all.
    """

    def __init__(self, run: Path, step: int = 0, *, on: bool = True) -> None:
        self._writer: Any = None
        if not on:
            return
        try:
            from torch.utils.tensorboard import SummaryWriter  # noqa: PLC0415
        except ImportError:
            return
        self._writer = SummaryWriter(str(run / "tensorboard"), purge_step=step + 1)

    def write(self, step: int, scalars: dict[str, float], sheet: Image.Image) -> None:
        """Add what was found at a step."""
        if self._writer is None:
            return
        for name, value in scalars.items():
            self._writer.add_scalar(name.replace(" ", "_"), value, step)
        self._writer.add_image("samples", np.asarray(sheet), step, dataformats="HWC")
        self._writer.flush()

    def __enter__(self) -> "TensorBoardLog":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._writer is not None:
            self._writer.close()
