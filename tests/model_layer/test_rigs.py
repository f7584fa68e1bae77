"""The file of rigs."""

from pathlib import Path

import pytest

from model_layer.effects import Neon
from model_layer.rigs import CELLS, RigError, rigs

GOOD = """
[colours]
red = "#ff0000"
[rigs.plain]
emoji = "x"
light = ["red . .", ". . .", ". . red"]
shadows = [". . .", ". red .", ". . ."]
"""


def test_the_file_that_is_shipped() -> None:
    assert 6 <= len(rigs()) <= 8
    for name, rig in rigs().items():
        assert rig.name == name
        assert [len(row) for row in rig.light + rig.shadows] == [CELLS] * (2 * CELLS)
        assert len(Neon(light=name).code) <= 40


def test_a_rig_is_read_as_it_is_written(tmp_path: Path) -> None:
    (tmp_path / "rigs.toml").write_text(GOOD)
    rig = rigs(tmp_path / "rigs.toml")["plain"]
    assert rig.light[0] == ((1.0, 0.0, 0.0), None, None)
    assert rig.shadows[1][1] == (1.0, 0.0, 0.0)


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        ("red . .", "red ."),
        ("red . .", "green . ."),
        ('"#ff0000"', '"red"'),
        ("rigs.plain", "rigs.Plain"),
        ("rigs.plain", "rigs.auto"),
        ("emoji", "emotion"),
        ("[colours]", "[colours"),
    ],
)
def test_mistakes_are_reported(tmp_path: Path, good: str, bad: str) -> None:
    (tmp_path / "rigs.toml").write_text(GOOD.replace(good, bad))
    with pytest.raises(RigError, match=r"rigs\.toml"):
        rigs(tmp_path / "rigs.toml")
