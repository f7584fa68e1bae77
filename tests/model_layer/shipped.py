"""The models in the repository's own folder of weights."""

from pathlib import Path

from model_layer.store.store import ModelStore

WEIGHTS = Path(__file__).parents[2] / "weights"

UPSCALERS = [
    model for model in ModelStore.from_folder(WEIGHTS).manifest.models if model.effect == "upscale"
]
