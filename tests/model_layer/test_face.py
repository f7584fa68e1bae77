"""What the package hands on to callers."""

import pytest

import model_layer


def test_every_name_can_be_had() -> None:
    assert [name for name in model_layer.__all__ if not hasattr(model_layer, name)] == []


def test_a_name_that_is_not_there() -> None:
    with pytest.raises(AttributeError, match="no attribute Effects"):
        model_layer.Effects  # type: ignore[attr-defined]  # noqa: B018
