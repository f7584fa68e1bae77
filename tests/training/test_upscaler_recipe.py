"""The choices of an upscaler's training."""

import json
from dataclasses import replace
from typing import Any

import pytest

from training.upscaler_recipe import Sampling, UpscalerRecipe


def test_a_recipe_is_read_back() -> None:
    recipe = UpscalerRecipe(
        scale=3,
        architecture="pan",
        options={"nb": 4, "bam": True},
        sampling=Sampling.UNIFORM,
        sizes=(1.0, 0.6),
        degrade=True,
    )
    assert UpscalerRecipe.from_json(recipe.to_json()) == recipe


def test_the_scale_is_one_of_the_parameters() -> None:
    recipe = UpscalerRecipe(scale=4, options={"n_feats": 16})
    assert recipe.parameters == {"scale": 4, "n_feats": 16}


def test_differences_are_named() -> None:
    recipe = UpscalerRecipe()
    assert recipe.differences(UpscalerRecipe()) == []
    other = replace(recipe, batch=4, options={"n_feats": 16})
    assert recipe.differences(other) == ["options", "batch"]
    assert recipe.differences(replace(recipe, steps=9, every=3)) == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        json.dumps({"sampling": "detail", "sizes": [1], "depth": 3}),
        UpscalerRecipe().to_json().replace('"detail"', '"best"'),
    ],
)
def test_something_else_is_not_a_recipe(text: str) -> None:
    with pytest.raises(ValueError, match="not the recipe of an upscaler"):
        UpscalerRecipe.from_json(text)


@pytest.mark.parametrize(
    ("choice", "reason"),
    [
        ({"steps": 0}, "steps must be positive"),
        ({"learning_rate": -1.0}, "learning rate must be positive"),
        ({"learning_rate": float("nan")}, "learning rate must be positive"),
        ({"seed": -1}, "seed must not be negative"),
        ({"sizes": ()}, "sizes"),
        ({"sizes": (0.5, 2.0)}, "sizes"),
    ],
)
def test_a_choice_out_of_its_range_is_named(choice: dict[str, Any], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        UpscalerRecipe(**choice)
