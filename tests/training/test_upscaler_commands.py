"""Commands about upscalers' trainings."""

import json
from pathlib import Path

import pytest
from PIL import Image

from tests.model_layer.command_line import CommandLine
from tests.training.pictures import save
from tests.training.runs import trained
from training.commands import parse_parameter


def test_curves_of_several_runs(cli: CommandLine) -> None:
    for name in ("one", "two", "older/two"):
        trained(Path(name))
    assert cli("training-curves", "one", "two", "-o", "curves.png") == 0
    with Image.open("curves.png") as curves:
        assert curves.format == "PNG"
        height = curves.height
    assert cli("training-curves", "two", "older/two", "-o", "curves.png") == 0
    with Image.open("curves.png") as curves:
        assert curves.height == height, "two runs of one name are still two"
    assert cli("training-curves", "older", "-o", "curves.png") == 2
    assert "log.csv" in cli.errors[-1]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("n_feats=32", ("n_feats", 32)),
        ("res_scale=0.1", ("res_scale", 0.1)),
        ("bam=True", ("bam", True)),
        ("x=-2", ("x", -2)),
    ],
)
def test_parameters_are_numbers_or_switches(text: str, expected: tuple[str, object]) -> None:
    found = parse_parameter(text)
    assert found == expected
    assert type(found[1]) is type(expected[1])


@pytest.mark.parametrize("text", ["", "n_feats", "=3", "n_feats=many", "n_feats="])
def test_something_else_is_no_parameter(text: str) -> None:
    with pytest.raises(ValueError, match="NAME=NUMBER"):
        parse_parameter(text)


def test_blind_crops_hide_the_names(cli: CommandLine, tmp_path: Path) -> None:
    save(tmp_path / "sharp", (200, 160))
    places, out = tmp_path / "places.csv", tmp_path / "blind"
    places.write_text("kind,file,long_side,left,top\nfur,0.png,200,8,8\ntext,0.png,160,90,60\n")
    asked = ["blind-crops", tmp_path / "sharp", "--scale", 2, "--list", places, "-o", out]
    for pairs in ([], ["--pairs", "edsr-x2"]):
        assert cli(*asked, "--side", 64, *pairs) == 0
        key = json.loads((out / "key.json").read_text())
        assert [order.pop("title") for order in key.values()] == ["fur", "text"]
        assert [sorted(order.values()) for order in key.values()] == [["bicubic", "edsr-x2"]] * 2
        assert (out / "sheet-01.png").exists()
    assert cli(*asked, "--pairs", "nobody") == 2
    assert "nobody" in cli.errors[-1]
