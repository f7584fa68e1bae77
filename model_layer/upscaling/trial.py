"""Check of an upscaler before it is installed: it must beat bicubic on a photo.

Weights can fit an architecture by name and shape and still be those of another normalisation, or
damaged. What they make of a photo shows that.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from PIL import Image

from model_layer.networks.registry import Network
from model_layer.upscaling import bicubic
from model_layer.upscaling import effect as upscale
from model_layer.upscaling.psnr import psnr

MARGIN: Final = 1.0
"""dB. Networks of 0.2 million weights gain about 2 on this picture; wrong ones lose."""
_TOP, _LEFT, _SIDE = 0, 128, 192  # a face, hair and a flag; the side divides by 2, 3 and 4


@dataclass(frozen=True)
class Trial:
    """PSNR on Y, dB, border shave = scale."""

    bicubic: float
    network: float

    @property
    def passed(self) -> bool:
        """Whether the network beats bicubic by :data:`MARGIN`; not when it gives no numbers."""
        return self.network >= self.bicubic + MARGIN


def compare_with_bicubic(network: Network) -> Trial:
    """Shrink a photo (scikit-image's *astronaut*, public domain) and compare enlargements of it.

    Args:
        network: in evaluation mode.

    Raises:
        OSError: scikit-image is not installed.
    """
    try:
        from skimage import data  # noqa: PLC0415
    except ImportError as error:
        raise OSError("scikit-image is missing: pip install -r requirements-dev.txt") from error
    high = data.astronaut()[_TOP : _TOP + _SIDE, _LEFT : _LEFT + _SIDE]
    low = bicubic.shrink(np.ascontiguousarray(high), network.scale)
    result = np.asarray(upscale.apply(network, Image.fromarray(low)))
    return Trial(
        psnr(bicubic.enlarge(low, network.scale), high, network.scale),
        psnr(result, high, network.scale),
    )
