"""Blank variables, as compose files and templates leave them, are as good as none."""

from pathlib import Path

import pytest

from handler.settings import Settings
from tests.handler.running_bot import TOKEN

OTHERS = [name for name in Settings.model_fields if name != "bot_token"]


def test_a_blank_variable_counts_as_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOT_TOKEN", TOKEN)
    unset = Settings()
    for name in OTHERS:
        monkeypatch.setenv(name.upper(), "")
    assert Settings() == unset


def test_so_does_a_blank_line_in_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOT_TOKEN", TOKEN)
    (tmp_path / ".env").write_text("WEBHOOK_SECRET=\nQUEUE_URL=\n", encoding="utf-8")
    assert Settings().webhook_secret is None
    assert Settings().queue_url is None
