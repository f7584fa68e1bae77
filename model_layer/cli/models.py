"""The command ``models``."""

from model_layer.cli.options import WEIGHTS, Weights
from model_layer.store.store import ModelStore


def models(weights: Weights = WEIGHTS) -> None:
    """List the models and what they cost."""
    store = ModelStore.open(weights)
    rows = [
        ("model", "effect", "architecture", "weights", "file", "in memory", "operations", "there")
    ]
    for model in store.manifest.models:
        effect = model.purpose
        effect += ", compressed" if model.inputs == "compressed" else ""
        parameters = ", ".join(f"{k} {v}" for k, v in model.parameters.items() if k != "scale")
        rows.append(
            (
                model.name,
                effect,
                f"{model.architecture} ({parameters})",
                f"{model.weights / 1e6:.2f} M",
                f"{model.bytes / 1e6:.1f} MB",
                f"{model.weights * 4 / 1e6:.1f} MB",
                f"{model.operations_per_pixel / 1e3:.0f} GFLOP/Mpx",
                "yes" if store.source.has(model.file) else "MISSING",
            )
        )
    widths = [max(map(len, column)) for column in zip(*rows)]
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip())
