"""Turn a trained generator's transposed convolutions into resize-convolutions.

Transposed convolutions lay a grid over flat areas, whatever they were trained for. Each kernel is
replaced by the resize-convolution nearest to it, in the least-squares sense; then the statistics
of batch norm are measured anew, since the outputs of the layers have another spread now. What
comes out already lights photos much as before, without the grid; fine-tuning makes it fit.
"""

from collections.abc import Iterable, Mapping

import torch
from torch import Tensor, nn

from model_layer.networks.pix2pix import Generator, ResizeConv2d, parameters_of
from model_layer.networks.registry import load_strictly

LEVELS = 8
_TAPS, _RESIZED_TAPS = 16, 9


def smoothed(weights: Mapping[str, Tensor], pictures: Iterable[Tensor]) -> Generator:
    """Make a generator that enlarges by resize-convolution at every level of its decoder.

    Args:
        weights: of a generator with transposed convolutions.
        pictures: batches of grey inputs, (N, 3, size, size) in -1..1, to measure the statistics
            of batch norm on; some 100 pictures will do.

    Returns:
        The generator, in evaluation mode.

    Raises:
        ValueError: the weights are not those of a generator, it needs no smoothing, or there is
            no picture.
    """
    found = parameters_of(weights)
    if found.get("resize_levels", 0) == LEVELS:
        raise ValueError("it enlarges by resize-convolution already")
    generator = Generator(found["features"], resize_levels=LEVELS)
    own = generator.state_dict()
    load_strictly(
        generator,
        {
            name: nearest(value) if name in own and own[name].shape != value.shape else value
            for name, value in weights.items()
        },
    )
    _measure(generator, pictures)
    return generator


def nearest(kernel: Tensor) -> Tensor:
    """Return the resize-convolution nearest to a transposed convolution of stride 2.

    Args:
        kernel: (in, out, 4, 4).

    Returns:
        (out, in, 3, 3).
    """
    fitted: Tensor = kernel.float().reshape(-1, _TAPS) @ torch.linalg.pinv(_unit_kernels())
    return fitted.reshape(*kernel.shape[:2], 3, 3).transpose(0, 1).contiguous()


def _unit_kernels() -> Tensor:
    """What each tap of a resize-convolution is as a transposed convolution: (9, 16)."""
    layer = ResizeConv2d(1, _RESIZED_TAPS, bias=False)
    with torch.no_grad():
        layer.weight.copy_(torch.eye(_RESIZED_TAPS).reshape(_RESIZED_TAPS, 1, 3, 3))
        return layer.folded().reshape(_RESIZED_TAPS, _TAPS)


def _measure(generator: Generator, pictures: Iterable[Tensor]) -> None:
    """Measure the mean and variance that batch norm divides by, as a plain average of batches."""
    generator.eval()  # without dropout
    norms = [module for module in generator.modules() if isinstance(module, nn.BatchNorm2d)]
    usual = [norm.momentum for norm in norms]
    for norm in norms:
        norm.reset_running_stats()
        norm.momentum = None  # a cumulative average
        norm.train()
    with torch.no_grad():
        for batch in pictures:
            generator(batch)
    if not any(norm.num_batches_tracked for norm in norms):
        raise ValueError("no pictures to measure the statistics of batch norm on")
    for norm, momentum in zip(norms, usual):
        norm.momentum = momentum
    generator.eval()
