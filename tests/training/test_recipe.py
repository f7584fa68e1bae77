"""The choices of a neon training."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from training.recipe import CHECKPOINT, NeonRecipe, read, settle


@pytest.mark.parametrize(
    ("size", "short_side", "smallest_crop"), [(256, 400, 224), (512, 640, 400)]
)
def test_pictures_are_read_as_large_as_the_crops_need(
    size: int, short_side: int, smallest_crop: int
) -> None:
    recipe = NeonRecipe(size=size)
    assert (recipe.short_side, recipe.smallest_crop) == (short_side, smallest_crop)


@pytest.mark.parametrize(
    ("name", "value"),
    [("size", 300), ("size", 0), ("batch", 0), ("steps", 0), ("every", 0), ("features", 0),
     ("discriminator_every", 0), ("resize_levels", 9), ("ema", 1.0), ("seed", -1)],
)  # fmt: skip
def test_a_choice_out_of_range_is_named(name: str, value: Any) -> None:
    with pytest.raises(ValueError, match=rf"{name.replace('_', ' ')} {value}"):
        NeonRecipe(**{name: value})


def test_the_weight_of_l1_moves_to_its_end() -> None:
    recipe = NeonRecipe(l1=100, l1_end=20)
    assert [recipe.l1_at(done) for done in (0, 0.5, 1)] == [100, 60, 20]
    assert NeonRecipe(l1=100).l1_at(0.7) == 100


def test_a_recipe_is_written_beside_the_run(tmp_path: Path) -> None:
    assert read(tmp_path) == {}
    settle(NeonRecipe(l1=80), tmp_path / "run")
    assert NeonRecipe(**read(tmp_path / "run")) == NeonRecipe(l1=80)


def test_a_run_may_become_longer_and_nothing_else(tmp_path: Path) -> None:
    settle(NeonRecipe(), tmp_path)
    (tmp_path / CHECKPOINT).touch()
    settle(NeonRecipe(steps=9000, every=50), tmp_path)
    assert read(tmp_path)["steps"] == 9000
    with pytest.raises(ValueError, match=r"discriminator rate 0\.0001, not 0\.0002"):
        settle(replace(NeonRecipe(), discriminator_rate=2e-4), tmp_path)
    assert read(tmp_path)["discriminator_rate"] == 1e-4


def test_a_run_without_a_checkpoint_may_begin_with_other_choices(tmp_path: Path) -> None:
    settle(NeonRecipe(l1=60), tmp_path)
    settle(NeonRecipe(l1=80), tmp_path)
    assert read(tmp_path)["l1"] == 80


def test_a_recipe_is_read_back() -> None:
    recipe = NeonRecipe(size=512, l1_end=3.5, fine_tune=True)
    assert NeonRecipe.from_json(recipe.to_json()) == recipe


@pytest.mark.parametrize("text", ["", "[]", '{"depth": 3}', '{"size": 300}'])
def test_something_else_is_not_a_recipe(text: str) -> None:
    with pytest.raises(ValueError, match="not the recipe of a neon training"):
        NeonRecipe.from_json(text)


@pytest.mark.parametrize("text", ["{", "[1]"])
def test_a_damaged_recipe_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "recipe.json").write_text(text)
    with pytest.raises(ValueError, match=r"recipe\.json is damaged"):
        read(tmp_path)
