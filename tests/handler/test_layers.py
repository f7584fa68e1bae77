"""Arrows point one way between the packages."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import handler

ROOM = Path(handler.__file__).parent


def _imports(package: str) -> Iterator[str]:
    for path in (ROOM / package).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom):
                yield node.module or ""
            elif isinstance(node, ast.Import):
                yield from (name.name for name in node.names)


@pytest.mark.parametrize(
    ("package", "above"),
    [
        ("texts", "handler.jobs"),
        ("texts", "handler.conversation"),
        ("jobs", "handler.conversation"),
    ],
)
def test_nothing_is_imported_from_above(package: str, above: str) -> None:
    found = list(_imports(package))
    assert found
    assert not [name for name in found if f"{name}.".startswith(f"{above}.")]
