"""What the documents point to exists."""

import re
from pathlib import Path

import pytest
import typer

from tests.documented import documented_commands, parse

ROOT = Path(__file__).parents[1]
GUIDES = (
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    ROOT / "CHANGELOG.md",
    *sorted((ROOT / "docs").glob("*.md")),
)
CARDS = tuple(sorted((ROOT / "weights").glob("*.md")))
"""They record what was typed when the weights were made, by commands of that time."""
TARGETS = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
TOPS = "handler|model_layer|training|playground|benchmarks|tests|docs|events"


def test_links_lead_somewhere() -> None:
    broken = {
        (document.name, link)
        for document in GUIDES + CARDS
        for link in re.findall(r"\]\(([^)\s]+)\)", document.read_text(encoding="utf-8"))
        if not link.startswith("https://") and not _leads_somewhere(document, link)
    }
    assert broken == set()


def _leads_somewhere(document: Path, link: str) -> bool:
    name, _, heading = link.partition("#")
    target = document.parent / name if name else document
    if not heading or target.suffix != ".md":
        return target.exists()
    headings = re.findall(r"^#+ (.+)$", target.read_text(encoding="utf-8"), re.MULTILINE)
    return heading in {re.sub(r"[^\w -]", "", each.lower()).replace(" ", "-") for each in headings}


def test_files_and_targets_that_are_named_exist() -> None:
    file = re.compile(rf"(?<![\w/.])((?:{TOPS})/[\w./-]*\w\.(?:py|yaml|json|ftl|js|toml))\b")
    target = re.compile(r"(?:`|^)make ([a-z]+(?:-[a-z]+)*)", re.MULTILINE)
    for document in GUIDES:
        text = document.read_text(encoding="utf-8")
        # Placeholders in recipes are written in capitals.
        files = {name for name in file.findall(text) if "NAME" not in name}
        assert {name for name in files if not (ROOT / name).exists()} == set(), document.name
        assert set(target.findall(text)) <= TARGETS, document.name


def test_commands_can_be_typed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("runs").mkdir()  # there since the first training
    commands = [c for document in GUIDES for c in documented_commands(document.read_text())]
    assert commands
    assert {" ".join(command): why for command in commands if (why := _refusal(command))} == {}


def _refusal(command: list[str]) -> str:
    try:
        parse(command)
    except typer.TyperException as error:
        return error.format_message()
    return ""
