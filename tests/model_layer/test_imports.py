"""What must stay light."""

import subprocess
import sys

import pytest


@pytest.mark.parametrize(
    "module", ["effects", "images", "store", "cli.commands", "planning.planner", "__main__"]
)
def test_imports_neither_torch_nor_boto3(module: str) -> None:
    code = f"import sys, model_layer.{module}; assert not {{'torch', 'boto3'}} & {{*sys.modules}}"
    subprocess.run([sys.executable, "-c", code], check=True)
