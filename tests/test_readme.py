"""The README keeps its promises."""

import re
from pathlib import Path

import pytest

from handler.settings import Settings
from tests.documented import documented_commands, parse

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()


def test_every_setting_is_documented_and_nothing_else() -> None:
    documented = re.findall(r"^\| `([A-Z_]+)` \|", README, re.MULTILINE)
    assert documented == [name.upper() for name in Settings.model_fields]


@pytest.mark.parametrize("command", documented_commands(README), ids=" ".join)
def test_every_command_of_the_networks_can_be_typed(
    command: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    parse(command)
