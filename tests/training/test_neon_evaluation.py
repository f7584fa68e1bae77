"""Judging the effect as it is shipped."""

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from model_layer.effects import Neon, Strength
from model_layer.engine import Engine
from model_layer.networks.registry import build
from model_layer.store import packaging
from model_layer.store.store import ModelStore
from tests.model_layer.command_line import draw
from training import figures
from training.neon_evaluation import COLUMNS, SHEET_WIDTH, Row, effects, evaluate, judge, judged


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    torch.manual_seed(0)
    parameters = {"features": 4, "lights": 2}
    weights = build("lit-pix2pix", parameters).module.state_dict()
    packaging.add(
        tmp_path / "weights", "neon", weights, effect="neon", architecture="lit-pix2pix",
        parameters=parameters, licence="CC0-1.0",
    )  # fmt: skip
    return Engine(ModelStore.from_folder(tmp_path / "weights"), "cpu")


def test_each_light_and_strength_has_its_row(engine: Engine, tmp_path: Path) -> None:
    photos = [draw(tmp_path / name) for name in ("a.png", "kodim15.png")]
    chosen = list(effects(["auto", "miami", "ice"]))
    assert chosen[-1] == Neon(light="ice")
    assert len(chosen) == 7
    sheet: list[list[Image.Image]] = []
    rows = evaluate(engine, photos, chosen, sheet)
    assert list(rows) == chosen
    real = figures.palette([np.asarray(Image.open(photos[0]).convert("RGB"))])
    for effect, row in rows.items():
        assert len(row.details) == len(row.hue_errors) == 2
        assert len(row.faces) == 1  # only one of them has a box
        assert len(row.cells(real)) == len(COLUMNS)
        photo = Image.open(photos[0]).convert("RGB")
        result = np.asarray(engine.apply(effect, photo))
        assert row.colourfulness[0] == figures.colourfulness(result)
    assert [len(line) for line in sheet] == [8, 8]
    assert sheet[0][0].width == SHEET_WIDTH


def test_a_strength_is_compared_with_the_next_weaker(engine: Engine, tmp_path: Path) -> None:
    path = draw(tmp_path / "a.png")
    photo = Image.open(path).convert("RGB")
    rows = evaluate(engine, [path], list(effects(["miami"])), [])
    soft, neon, most = (
        np.asarray(engine.apply(Neon(strength, "miami"), photo)) for strength in Strength
    )
    expected = [(np.asarray(photo), soft), (soft, neon), (neon, most)]
    for row, (weaker, stronger) in zip(rows.values(), expected):
        assert row.weaker == [figures.difference(weaker, stronger)]


def test_what_was_not_asked_for_cannot_be_missed() -> None:
    row, picture = Row(), np.zeros((30, 40, 3), np.uint8)
    judge(row, picture, picture, picture, box=(0, 0, 1, 1))
    assert not row.hue_errors
    assert not row.faces


def test_photos_that_are_held_out_have_to_be_there(tmp_path: Path) -> None:
    (tmp_path / "list.txt").write_text("# comment\nphotos/a.png\n")
    with pytest.raises(ValueError, match=r"a\.png.*not there"):
        judged(tmp_path, tmp_path / "list.txt")
    draw(tmp_path / "photos/a.png")
    assert judged(tmp_path, tmp_path / "list.txt") == [tmp_path / "photos/a.png"]
