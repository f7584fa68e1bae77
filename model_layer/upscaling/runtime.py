"""Runs and measures the networks that upscale."""

from collections.abc import Callable

from PIL import Image

from model_layer.effects import Upscale
from model_layer.images import encode
from model_layer.networks.network import Network
from model_layer.planning.layout import Layout, Tiles, Whole
from model_layer.planning.planner import Speed
from model_layer.planning.speed_estimator import seconds_of, synthetic_photo
from model_layer.upscaling import effect as upscaling

MEASURED_OPERATIONS = 8e10
"""Of one measured pass, at most: about half a second on two cores that are free."""
SMALLEST_SIDE = 48
"""Of the picture that is measured with, pixels; below it overheads would count for too much."""

_ENCODED = 384
"""Side of the result that is made a file of, pixels, about."""


def apply(
    network: Network,
    image: Image.Image,
    effect: Upscale,  # the network has its scale
    on_progress: Callable[[float], None],
) -> Image.Image:
    """Enlarge a picture, made smaller first where the effect says so.

    See :func:`model_layer.upscaling.effect.apply`.
    """
    _, shown = effect.passes(image.size)
    if shown != image.size:
        image = image.resize(shown, Image.Resampling.LANCZOS, reducing_gap=3.0)
    return upscaling.apply(network, image, on_progress)


def layout(network: Network) -> Layout:
    """Return how a network is shown a picture: in tiles, or whole where it cannot be tiled."""
    if network.overlap is None:
        return Whole(most_pixels=network.tile**2)
    return Tiles(network.tile, network.overlap)


def values(network: Network, channels: int) -> float:
    """Return how many numbers a network keeps for a pixel of a tile, at most.

    Tiles that are shown at once count as one.
    """
    if network.values is not None:
        return network.batch * network.values
    if network.accelerate:
        return network.batch * 8.0 * channels
    # An upsampler holds what it gets and what it gives.
    return network.batch * max(16.0, 2.0 * network.scale**2) * channels


def measure(network: Network, operations_per_pixel: int) -> Speed:
    """Enlarge a picture as large as a photo's tile, or not much smaller.

    On a busy machine every step of a network waits for all cores: the smaller the picture, the
    more that counts.
    """
    side = int((MEASURED_OPERATIONS / operations_per_pixel) ** 0.5)
    side = min(network.tile, max(SMALLEST_SIDE, side))
    picture = synthetic_photo(side, side)
    upscaling.apply(network, picture.crop((0, 0, 8, 8)))  # the first pass is slower
    seconds = seconds_of(lambda: upscaling.apply(network, picture))
    # Of the result, which is smoother than a picture of its size.
    result = upscaling.apply(network, picture.crop((0, 0, *(_ENCODED // network.scale,) * 2)))
    encoding = seconds_of(lambda: encode(result, "PNG"))
    return Speed(
        operations_per_second=side * side * operations_per_pixel / seconds,
        encoding_seconds_per_pixel=encoding / (result.width * result.height),
    )
