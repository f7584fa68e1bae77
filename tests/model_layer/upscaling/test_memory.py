"""What a large photo takes, in a process of its own."""

import subprocess
import sys

import pytest

SCRIPT = """
import resource, sys
from PIL import Image
from model_layer.upscaling import effect as upscale
from model_layer.effects import Upscale
from model_layer.store.store import ModelStore
from tests.model_layer.shipped import WEIGHTS

unit = 1 if sys.platform == "darwin" else 1024
def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit

network = ModelStore.from_folder(WEIGHTS).load(Upscale(2))
upscale.apply(network, Image.new("RGB", (64, 64)))  # what is loaded once is loaded
channel = Image.effect_noise((4000, 3000), 60)
photo = Image.merge("RGBA", [channel] * 4)  # its colours are enlarged as those of one without alpha
loaded, seen = peak(), []
large = upscale.apply(network, photo, seen.append)
assert large.size == (8000, 6000), large.size
assert len(seen) > 50 and seen == sorted(seen) and seen[-1] == 1
print(peak() - loaded)
"""


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_twelve_megapixels_fit_in_a_gigabyte_and_a_half() -> None:
    command = [sys.executable, "-c", SCRIPT]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    assert int(result.stdout) < 1.5e9
