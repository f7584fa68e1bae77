"""The neon effect taken apart, to see where its milliseconds go."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import torch

from model_layer.cli.own_pictures import MAX_PIXELS
from model_layer.effects import Neon
from model_layer.images import decode, encode, to_rgb
from model_layer.neon import effect as neon
from model_layer.networks.registry import Network

MESSENGER_QUALITY = 87  # of JPEG, colour at half resolution, as photos come from a messenger
STAGES = ("decode", "working size", "forward", "fit", "joint upsampling", "encode")


@dataclass
class Split:
    """Seconds that one picture took."""

    stages: dict[str, float] = field(default_factory=lambda: dict.fromkeys(STAGES, 0.0))

    @property
    def total(self) -> float:
        """All stages together."""
        return sum(self.stages.values())

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Add to a stage what is done within."""
        start = time.perf_counter()
        yield
        self.stages[name] += time.perf_counter() - start


def timed(network: Network, data: bytes, effect: Neon) -> tuple[bytes, Split]:
    """Apply the effect to a JPEG, stage by stage, on the CPU; the result is a JPEG as well."""
    split = Split()
    with torch.inference_mode():
        with split.stage("decode"):
            photo = to_rgb(decode(data, MAX_PIXELS).image)
        with split.stage("working size"):
            working = neon.working_picture(photo)
        with split.stage("forward"):
            told = neon.asked(network, working, effect)
            answer = neon.generate(network, working, told)
        with split.stage("fit"):
            lines = neon.fit(working, answer, effect.strength, told)
        with split.stage("joint upsampling"):
            result = neon.render(photo, lines)
        with split.stage("encode"):
            encoded = encode(result, "JPEG")
    return encoded, split
