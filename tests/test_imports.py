"""What must stay light: a webhook starts in under a second, and computes nothing."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
NETWORKS = {"torch", "skimage", "super_image"}
TERMINAL = {"typer", "rich"}
LIGHT = (
    # From the strictest to the most indulgent: one process imports them one after the other.
    ("model_layer.effects", NETWORKS | TERMINAL | {"boto3", "aiogram", "aiohttp"}),
    ("model_layer.images", NETWORKS | TERMINAL | {"boto3", "aiogram", "aiohttp"}),
    ("model_layer.planning.planner", NETWORKS | TERMINAL | {"boto3", "aiogram", "aiohttp"}),
    ("model_layer.store.store", NETWORKS | TERMINAL | {"boto3", "aiogram", "aiohttp"}),
    ("handler.lambda_function", NETWORKS | TERMINAL | {"boto3", "playground", "aiohttp.web"}),
    ("handler.app", NETWORKS | TERMINAL | {"boto3", "playground"}),
    ("handler.jobs.worker", NETWORKS | TERMINAL | {"boto3", "playground"}),
    ("handler.__main__", NETWORKS | {"boto3", "playground"}),
    ("model_layer.__main__", NETWORKS | {"boto3", "playground"}),
)
SCRIPT = """
import importlib, json, sys
for module, unwanted in json.loads(sys.argv[1]):
    importlib.import_module(module)
    if found := sorted({*unwanted} & sys.modules.keys()):
        sys.exit(f"{module} imports {', '.join(found)}")
"""


def complaint(*modules: tuple[str, set[str]]) -> str:
    """Import modules in a fresh process; returns the first that brought in what it should not."""
    rules = json.dumps([(module, sorted(unwanted)) for module, unwanted in modules])
    command = [sys.executable, "-c", SCRIPT, rules]
    run = subprocess.run(command, check=False, cwd=ROOT, capture_output=True, text=True)
    return run.stderr.strip()


def test_modules_import_only_what_they_need() -> None:
    assert complaint(*LIGHT) == ""


def test_a_heavy_import_would_be_noticed() -> None:
    assert complaint(("json.tool", {"json", "torch"})) == "json.tool imports json"
