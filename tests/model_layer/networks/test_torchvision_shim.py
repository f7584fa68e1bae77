"""super-image can be imported beside any build of torchvision."""

import subprocess
import sys

import pytest

SCRIPT = """
from model_layer.networks.torchvision_shim import make_importable
make_importable()
make_importable()
import super_image, torchvision
assert super_image.EdsrModel
"""


@pytest.mark.slow
def test_super_image_imports_in_a_fresh_process() -> None:
    subprocess.run([sys.executable, "-c", SCRIPT], check=True)
