"""The README keeps its promises."""

import re
from pathlib import Path

from handler.settings import Settings

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()


def test_every_setting_is_documented_and_nothing_else() -> None:
    documented = re.findall(r"^\| `([A-Z_]+)` \|", README, re.MULTILINE)
    assert sorted(documented) == sorted(name.upper() for name in Settings.model_fields)
