"""Runs of an upscaler's training, for tests of what reads them."""

from pathlib import Path

import torch

from training.upscaler import Run, Settings

TINY = Settings(parameters='{"channels": 8, "blocks": 1}')


def trained(folder: Path, settings: Settings = TINY) -> Path:
    """Write the folder of a run whose weights are random."""
    folder.mkdir(parents=True, exist_ok=True)
    run = Run(settings, torch.device("cpu"))
    run.step = 500
    run.history = [
        {"step": step, "seconds": step / 4, "loss": 10 / step, "set5": 30 + step / 100}
        for step in (250, 500)
    ]
    run.save(folder)
    return folder
