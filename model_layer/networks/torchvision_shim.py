"""Lets torchvision be imported beside a torch it was not built for.

super-image imports torchvision, though none of its networks uses torchvision's compiled
operators. When those cannot be loaded (a CUDA build of torchvision beside the CPU build of
torch), the import itself fails with "operator torchvision::nms does not exist". Declaring the two
operators that are looked up during the import cures that; calling them would still fail.
"""

import importlib.util
from pathlib import Path

import torch

_SCHEMA = "(Tensor dets, Tensor scores, float iou_threshold) -> Tensor"
_declared: list[torch.library.Library] = []  # a Library's operators live as long as it does


def make_importable() -> None:
    """Declare torchvision's operators if, and only if, its own cannot be loaded."""
    if _declared or _operators_load():
        return
    library = torch.library.Library("torchvision", "DEF")  # type: ignore[no-untyped-call]
    for name in ("nms", "qnms"):
        library.define(name + _SCHEMA)  # type: ignore[no-untyped-call]
    _declared.append(library)


def _operators_load() -> bool:
    spec = importlib.util.find_spec("torchvision")
    folders = spec.submodule_search_locations if spec else None
    libraries = [path for folder in folders or () for path in Path(folder).glob("_C*.so")]
    try:
        for path in libraries:
            torch.ops.load_library(path)  # type: ignore[no-untyped-call]
    except (OSError, RuntimeError):
        return False
    return bool(libraries)
