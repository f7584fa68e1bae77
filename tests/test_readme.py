"""The README keeps its promises."""

import re
from pathlib import Path

import pytest

from handler.settings import Settings
from tests.documented import documented_commands, parse

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()


@pytest.mark.parametrize("variable", [name.upper() for name in Settings.model_fields])
def test_every_setting_is_documented(variable: str) -> None:
    assert f"| `{variable}` |" in README


def test_no_setting_is_documented_that_does_not_exist() -> None:
    documented = re.findall(r"^\| `([A-Z_]+)` \|", README, re.MULTILINE)
    assert set(documented) <= {name.upper() for name in Settings.model_fields}


def test_every_file_that_is_linked_exists() -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", README):
        assert target.startswith("https://") or (ROOT / target).exists(), target


def test_every_make_target_that_is_named_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"`?make ([a-z-]+)", README)) <= targets


@pytest.mark.parametrize("command", documented_commands(README), ids=" ".join)
def test_every_command_of_the_networks_can_be_typed(
    command: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    parse(command)
