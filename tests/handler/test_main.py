import asyncio
import logging
import socket
from pathlib import Path

import pytest

from handler.__main__ import main
from playground import Playground
from tests.aws import Aws
from tests.handler.running_bot import SECRET, TOKEN

BAD_SECRET = "not allowed!"


@pytest.fixture(autouse=True)
def _token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOT_TOKEN", TOKEN)


@pytest.mark.parametrize("command", [["serve"], ["poll"], ["webhook", "info"]])
def test_a_missing_token_is_one_readable_line(
    command: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("BOT_TOKEN")
    assert main(command) == 2
    assert capsys.readouterr().err == "BOT_TOKEN is not set\n"


def test_wrong_settings_are_named_without_their_values(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("BOT_TOKEN", "my:secret:token")
    monkeypatch.setenv("WEBHOOK_SECRET", BAD_SECRET)
    monkeypatch.setenv("DEFAULT_LANGUAGE", "tlh")
    assert main(["serve"]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert [line.split(":")[0] for line in lines] == [
        "BOT_TOKEN",
        "WEBHOOK_SECRET",
        "DEFAULT_LANGUAGE",
    ]
    for value in ("my:secret", BAD_SECRET, "tlh"):
        assert value not in "\n".join(lines)


def test_a_missing_secret_is_one_readable_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["serve"]) == 2
    assert capsys.readouterr().err.startswith("WEBHOOK_SECRET is not set: ")


def test_a_port_that_is_taken_is_one_readable_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("WEBHOOK_SECRET", SECRET)
    monkeypatch.setenv("STOP_SECONDS", "1.1")  # its worker has hardly begun to start
    with socket.create_server(("127.0.0.1", 0)) as taken:
        monkeypatch.setenv("PORT", str(taken.getsockname()[1]))
        assert main(["serve"]) == 1
    assert "address already in use" in capsys.readouterr().err.lower()


@pytest.mark.parametrize(
    ("command", "line"),
    [
        ([], "Missing command."),
        (["dance"], "No such command 'dance'."),
        (["webhook"], "Missing command."),
        (["webhook", "set", "--stack"], "Option '--stack' requires an argument."),
    ],
)
def test_a_wrong_command_line_is_one_readable_line(
    command: list[str], line: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(command) == 2
    assert capsys.readouterr().err == f"{line} See --help.\n"


def test_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments, commands in (
        ([], ("serve", "poll", "work", "webhook", "stack")),
        (["stack"], ("output", "empty")),
        (["webhook"], ("set", "info", "delete")),
    ):
        assert main([*arguments, "--help"]) == 0
        output = capsys.readouterr().out
        assert [command for command in commands if f" {command} " not in output] == []


async def test_the_webhook_commands(
    telegram: Playground, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TELEGRAM_API_URL", telegram.url)
    monkeypatch.setenv("WEBHOOK_URL", "http://127.0.0.1:9/telegram/webhook")
    monkeypatch.setenv("WEBHOOK_SECRET", SECRET)
    for action, words in (
        ("set", "http://127.0.0.1:9/telegram/webhook"),
        ("info", "http://127.0.0.1:9/telegram/webhook"),
        ("delete", "deleted"),
        ("info", "no webhook is set"),
    ):
        assert await asyncio.to_thread(main, ["webhook", action]) == 0
        output = capsys.readouterr().out
        assert words in output
        assert SECRET not in output
        assert TOKEN not in output


async def test_a_wrong_token_is_one_readable_line(
    telegram: Playground, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TELEGRAM_API_URL", telegram.url)
    monkeypatch.setenv("BOT_TOKEN", "1:someone-elses")
    assert await asyncio.to_thread(main, ["webhook", "info"]) == 1
    assert capsys.readouterr().err == "Unauthorized\n"


def test_a_dead_server_is_one_readable_line(
    unused_tcp_port: int, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    async def no_pause(_: float) -> None:
        """Let it take no time."""

    monkeypatch.setattr("handler.telegram.retry.sleep", no_pause)
    monkeypatch.setenv("TELEGRAM_API_URL", f"http://127.0.0.1:{unused_tcp_port}")
    logging.getLogger().handlers.clear()  # those of the test itself would keep the bot's away
    assert main(["webhook", "info"]) == 1
    error = capfd.readouterr().err
    assert "Cannot connect" in error
    assert error.count("\n") == 1


def test_settings_may_stand_in_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("BOT_TOKEN")
    (tmp_path / ".env").write_text(f"BOT_TOKEN={TOKEN}\n", encoding="utf-8")
    assert main(["serve"]) == 2
    assert capsys.readouterr().err.startswith("WEBHOOK_SECRET is not set")


def test_a_worker_without_a_queue_is_one_readable_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("STORE", ":memory:")
    assert main(["work"]) == 2
    assert capsys.readouterr().err.startswith("QUEUE_URL is not set: ")


def test_a_store_that_cannot_be_opened_is_one_readable_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("STORE", "/nowhere/store.db")
    assert main(["work"]) == 1
    error = capsys.readouterr().err
    assert error.startswith("the store /nowhere/store.db cannot be opened: ")
    assert error.count("\n") == 1


def test_a_worker_whose_queue_is_missing_is_one_readable_line(
    aws: Aws, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("QUEUE_URL", f"{aws.url}/123456789012/gone.fifo")
    assert main(["work"]) == 1
    error = capsys.readouterr().err
    assert "gone.fifo cannot be used: " in error
    assert error.count("\n") == 1
