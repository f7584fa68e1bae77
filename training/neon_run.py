"""The state of a neon training: networks and optimizers, begun anew or with trained weights."""

import math
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import nn

from model_layer.networks.pix2pix import Discriminator, Generator, initialise
from model_layer.networks.registry import load_strictly
from model_layer.store.packaging import read_weights
from training.loop import CheckpointError, read_checkpoint, restore, save_atomically
from training.processes import Processes
from training.recipe import NeonRecipe


@dataclass(frozen=True)
class Start:
    """Trained weights to begin with."""

    generator: Path
    """A safetensors file."""
    discriminator: Path | None = None
    """The checkpoint of a run; without one the discriminator begins anew."""


class NeonTraining:
    """The networks and optimizers of a run, saved and loaded as a whole.

    Args:
        recipe: the choices.
        processes: that train together; say on which device.
    """

    def __init__(self, recipe: NeonRecipe, processes: Processes) -> None:
        torch.manual_seed(recipe.seed)
        self.recipe = recipe
        width, levels = recipe.features, recipe.resize_levels
        self.generator = Generator(width, resize_levels=levels)
        self.averaged = Generator(width, resize_levels=levels)
        self.discriminator = Discriminator(recipe.discriminator_features)
        initialise(self.generator)
        initialise(self.discriminator)
        self.averaged.load_state_dict(self.generator.state_dict())
        self.averaged.eval().requires_grad_(False)
        for network in (self.generator, self.averaged, self.discriminator):
            network.to(processes.device, memory_format=torch.channels_last)  # type: ignore[call-overload]
        betas = (0.5, 0.999)
        self.generator_optimizer = torch.optim.Adam(
            self.generator.parameters(), recipe.learning_rate, betas
        )
        self.discriminator_optimizer = torch.optim.Adam(
            self.discriminator.parameters(), recipe.discriminator_rate, betas
        )
        self.processes = processes
        # The same networks, their gradients averaged over all processes.
        self.parallel_generator = processes.parallel(self.generator)
        self.parallel_discriminator = processes.parallel(self.discriminator)
        self.step = 0
        self.best = math.inf
        """Lowest score so far."""
        self.history: list[dict[str, float]] = []
        """Figures of every report so far."""

    def begin_with(self, start: Start) -> None:
        """Take over trained weights.

        Raises:
            CheckpointError: the discriminator's checkpoint is damaged, or of another network.
            ValueError: the generator's file is damaged, or of another network.
        """
        weights = read_weights(start.generator)
        for network in (self.generator, self.averaged):
            try:
                load_strictly(network, weights)
            except ValueError as error:
                raise ValueError(f"{start.generator} does not fit: {error}") from error
        if start.discriminator:
            state = read_checkpoint(start.discriminator)
            restore({"discriminator": self.discriminator}, state, start.discriminator)

    def save(self, path: Path) -> None:
        """Write everything that is needed to go on, in one step."""
        parts = {name: part.state_dict() for name, part in self._parts().items()}
        values = {name: getattr(self, name) for name in self._VALUES}
        save_atomically({**values, **parts}, path)

    def load(self, path: Path) -> None:
        """Go on from a file written by :meth:`save`.

        Raises:
            CheckpointError: it is damaged, or of other networks.
        """
        state = read_checkpoint(path)
        restore(self._parts(), state, path)
        for name in self._VALUES:
            if name not in state:
                raise CheckpointError(f"{path}: not the checkpoint of a neon run: no {name}")
            setattr(self, name, state[name])

    _VALUES = ("step", "best", "history")

    def _parts(self) -> dict[str, nn.Module | torch.optim.Optimizer]:
        names = ("generator", "averaged", "discriminator",
                 "generator_optimizer", "discriminator_optimizer")  # fmt: skip
        return {name: getattr(self, name) for name in names}
