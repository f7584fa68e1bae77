"""Sheets on which nobody can tell which is which."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.model_layer.command_line import CommandLine
from training import blind

COLOURS = {"original": (9, 9, 9), "old": (200, 0, 0), "new": (0, 200, 0)}


def rows(*titles: str) -> list[tuple[str, dict[str, Image.Image]]]:
    pictures = {name: Image.new("RGB", (40, 30), colour) for name, colour in COLOURS.items()}
    return [(title, pictures) for title in titles]


def test_the_key_tells_what_the_sheets_hide(tmp_path: Path) -> None:
    key = json.loads(
        blind.draw(rows(*"ab" * 6), tmp_path, a_sheet=6, shown=["original"]).read_text()
    )
    assert list(key) == [str(number) for number in range(1, 13)]
    assert [order["title"] for order in key.values()] == list("ab" * 6)
    assert {order["A"] for order in key.values()} == {"old", "new"}  # the order differs
    for number, order in key.items():
        sheet = np.asarray(Image.open(tmp_path / f"sheet-{(int(number) - 1) // 6 + 1:02}.png"))
        row = (int(number) - 1) % 6
        middle = blind.GAP + row * (blind.LABEL + 30 + blind.GAP) + blind.LABEL + 15
        seen = [
            tuple(sheet[middle, blind.GAP + place * (40 + blind.GAP) + 20]) for place in (0, 1, 2)
        ]
        assert seen == [COLOURS[name] for name in ("original", order["A"], order["B"])]


@pytest.mark.parametrize("count", [2, 3, 5])
def test_each_contender_is_in_each_place_equally_often(tmp_path: Path, count: int) -> None:
    """A judge who leans to the left would else prefer whoever was there more often."""
    grey = Image.new("RGB", (4, 4))
    pictures = {f"contender {number}": grey for number in range(count)}
    lines = [("photo", pictures)] * 6 * count
    orders = json.loads(blind.draw(lines, tmp_path).read_text()).values()
    for letter in "ABCDE"[:count]:
        who = [order[letter] for order in orders]
        assert {name: who.count(name) for name in pictures} == dict.fromkeys(pictures, 6)


def test_the_same_seed_draws_the_same_orders(tmp_path: Path) -> None:
    keys = [
        blind.draw(rows(*"abcdefghi"), tmp_path / name, seed=seed).read_text()
        for name, seed in (("a", 1), ("b", 1), ("c", 2))
    ]
    assert keys[0] == keys[1] != keys[2]


def test_pictures_are_shown_larger_pixel_by_pixel(tmp_path: Path) -> None:
    chequered = Image.fromarray(np.indices((30, 40)).sum(0).astype(np.uint8) % 2 * 255)
    blind.draw([("faces", {"new": chequered.convert("RGB")})], tmp_path, zoom=3)
    sheet = np.asarray(Image.open(tmp_path / "sheet-01.png"))[
        blind.GAP + blind.LABEL :, blind.GAP :
    ]
    assert np.array_equal(sheet[:90:3, :120:3, 0], np.asarray(chequered))
    assert np.array_equal(sheet[2:90:3, 2:120:3, 0], np.asarray(chequered))


def test_choices_are_counted(tmp_path: Path, cli: CommandLine) -> None:
    key = blind.draw(rows("fur", "fur", "night", "text"), tmp_path, shown=["original"])
    orders = json.loads(key.read_text())
    new = {
        row: next(k for k, name in order.items() if name == "new") for row, order in orders.items()
    }
    old = {"1": next(k for k, name in orders["1"].items() if name == "old")}
    assert blind.tally(key, [new, old]) == {("all", "new"): (4, 5), ("all", "old"): (1, 5)}
    assert blind.tally(key, [new, old], by_title=True) == {
        ("fur", "new"): (2, 3), ("fur", "old"): (1, 3),
        ("night", "new"): (1, 1), ("night", "old"): (0, 1),
        ("text", "new"): (1, 1), ("text", "old"): (0, 1),
    }  # fmt: skip
    for letter in ("Z", "title"):
        with pytest.raises(ValueError, match=f"row 2 has no {letter}"):
            blind.tally(key, [{"2": letter}])
    choices = tmp_path / "choices.json"
    choices.write_text(json.dumps(new))
    assert cli("blind-tally", key, choices) == 0
    assert "100%" in cli.out
    assert cli("blind-tally", key, choices, "--by-kind") == 0
    assert "night" in cli.out
