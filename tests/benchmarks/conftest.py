"""What these tests share with those of the models."""

from tests.model_layer.conftest import tiny_weights

__all__ = ["tiny_weights"]
