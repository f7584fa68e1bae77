"""super-image's networks behind one door.

Importing super_image costs seconds (torchvision, OpenCV, h5py), so it happens when the first
network is built, not before.
"""

from typing import Any

from torch import nn

from model_layer.networks.torchvision_shim import make_importable


def edsr(scale: int, n_resblocks: int, n_feats: int) -> nn.Module:
    """Build an EDSR (Lim et al. 2017, https://arxiv.org/abs/1707.02921) without batch norm.

    Maps (N, 3, H, W) to (N, 3, H * scale, W * scale), both in 0..1.

    Args:
        scale: 2, 3 or 4.
        n_resblocks: depth of the body; edsr-base has 16.
        n_feats: width of the body; edsr-base has 64.
    """
    make_importable()
    from super_image import EdsrConfig, EdsrModel  # noqa: PLC0415

    config: Any = EdsrConfig(scale=scale, n_resblocks=n_resblocks, n_feats=n_feats)
    network: nn.Module = EdsrModel(config)
    return network


def edsr_halo(n_resblocks: int) -> int:
    """Pixels of the input, to each side, that one output pixel of an EDSR depends on.

    Each 3×3 convolution adds one: the head, two a block, the end of the body, the upsampler's
    first. What follows works at twice the resolution or more and adds less than one in all.
    """
    return 1 + 2 * n_resblocks + 1 + 1 + 1
