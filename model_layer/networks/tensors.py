"""Pictures to tensors and back."""

import numpy as np
import torch
from PIL import Image
from torch import Tensor

# Rec. 601 luma: the grey that the generator was trained on.
LUMA = (0.299, 0.587, 0.114)


def to_tensor(image: Image.Image) -> Tensor:
    """Turn a picture of mode L or RGB into (1, 1 or 3, H, W) of float32 in 0..1."""
    array = np.asarray(image)
    if array.ndim == 2:
        array = array[..., None]
    tensor = torch.from_numpy(array.copy()).permute(2, 0, 1)[None]
    return tensor.to(torch.float32).div_(255)


def to_bytes(tensor: Tensor) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    """Turn (1, C, H, W) in 0..1 into bytes (H, W, C); values outside are clipped."""
    scaled = tensor[0].clamp(0, 1).mul_(255).round_().to(torch.uint8)
    return np.ascontiguousarray(scaled.permute(1, 2, 0).cpu().numpy())


def to_image(tensor: Tensor) -> Image.Image:
    """Turn (1, C, H, W) in 0..1 into a picture: L for one channel, RGB for three."""
    array = to_bytes(tensor)
    return Image.fromarray(array[..., 0] if array.shape[2] == 1 else array)


def luma(rgb: Tensor) -> Tensor:
    """Rec. 601 luma of (N, 3, H, W), as (N, 1, H, W)."""
    red, green, blue = rgb.chunk(3, 1)
    return torch.add(red * LUMA[0], green, alpha=LUMA[1]).add_(blue, alpha=LUMA[2])


def chroma(rgb: Tensor) -> Tensor:
    """Red and blue less luma of (N, 3, H, W), as (N, 2, H, W)."""
    return rgb[:, ::2] - luma(rgb)


def with_chroma(y: Tensor, of_red_and_blue: Tensor) -> Tensor:
    """Join a luma (N, 1, H, W) and a :func:`chroma` (N, 2, H, W) to (N, 3, H, W)."""
    red, blue = of_red_and_blue.chunk(2, 1)
    green = -(LUMA[0] * red + LUMA[2] * blue) / LUMA[1]
    return torch.cat([red, green, blue], 1) + y
