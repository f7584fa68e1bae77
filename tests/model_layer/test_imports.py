"""What must stay light."""

import subprocess
import sys

import pytest


@pytest.mark.parametrize("module", ["effects", "images", "store", "commands", "__main__"])
def test_imports_no_torch(module: str) -> None:
    code = f"import sys, model_layer.{module}; assert 'torch' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)
