"""What must stay light: a webhook starts in a second, and computes nothing."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
SCRIPT = """
import importlib, sys
heavy = sys.argv[1].split(",")
for module in sys.argv[2:]:
    importlib.import_module(module)
    for name in heavy:
        if name in sys.modules:
            print(f"{module} imports {name}")
            sys.exit()
"""


def heavy_imports(heavy: str, *modules: str) -> str:
    """Import the modules in a fresh process; returns which brought in what, or nothing."""
    command = [sys.executable, "-c", SCRIPT, heavy, *modules]
    run = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    return run.stdout


def test_the_conversation_never_imports_torch() -> None:
    assert heavy_imports("torch", "handler.app", "handler.jobs.worker", "handler.__main__") == ""


def test_what_the_conversation_knows_of_models_imports_neither_torch_nor_boto3() -> None:
    modules = ("effects", "images", "store", "planning.planner", "cli.photos", "__main__")
    assert heavy_imports("torch,boto3", *(f"model_layer.{name}" for name in modules)) == ""


def test_a_heavy_import_would_be_noticed() -> None:
    assert heavy_imports("json", "json.decoder") == "json.decoder imports json\n"
