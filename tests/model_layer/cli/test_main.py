"""The command line: usage, models, training, and errors in one line."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from model_layer.__main__ import neon, upscale
from model_layer.engine import Engine
from tests.model_layer.command_line import CommandLine, draw, names


@pytest.mark.parametrize(
    ("device", "message"),
    [
        ("toaster", "unknown; there are cpu, cuda (NVIDIA) and mps (Apple)"),
        ("vulkan", "unknown; there are cpu, cuda (NVIDIA) and mps (Apple)"),
        ("cuda:99", "not on this machine, which has cpu"),
    ],
)
def test_a_device_that_is_not_there(cli: CommandLine, device: str, message: str) -> None:
    draw(Path("a.png"))
    assert cli("neon", "a.png", "-o", "out", "--device", device) == 2
    (line,) = cli.errors
    assert line.startswith(f"error: device {device}: {message}")


def test_ctrl_c_is_calm(cli: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    def press(*_: object) -> None:
        raise KeyboardInterrupt

    draw(Path("a.png"))
    monkeypatch.setattr(Engine, "apply", press)
    assert cli("neon", "a.png", "-o", "out") == 130
    assert cli.errors == ["interrupted"]
    assert names(Path()) == {"a.png"}


def test_the_table_of_models(cli: CommandLine, own_weights: Path) -> None:
    (own_weights / "edsr-x3.safetensors").unlink()
    assert cli("models") == 0
    header, *rows = cli.out.splitlines()
    assert header.split()[:3] == ["model", "effect", "architecture"]
    assert [row.split()[0] for row in rows] == ["neon", "edsr-x2", "edsr-x3", "edsr-x4"]
    assert "pix2pix (features 4)" in rows[0]
    assert "upscale ×2" in rows[1]
    assert "edsr (n_resblocks 1, n_feats 4)" in rows[1]
    assert [row.split()[-1] for row in rows] == ["yes", "yes", "MISSING", "yes"]


@pytest.mark.parametrize("command", [["models"], ["neon", "a.png", "-o", "out"]])
def test_an_unknown_effect_in_the_manifest(
    cli: CommandLine, own_weights: Path, command: list[str]
) -> None:
    draw(Path("a.png"))
    manifest = json.loads((own_weights / "manifest.json").read_text())
    manifest["models"][0]["effect"] = "sepia"
    (own_weights / "manifest.json").write_text(json.dumps(manifest))
    assert cli(*command) == 2
    (line,) = cli.errors
    assert "manifest.json is malformed: models.0.effect: " in line


def test_an_effect_without_a_model(cli: CommandLine, own_weights: Path) -> None:
    draw(Path("a.png"))
    manifest = json.loads((own_weights / "manifest.json").read_text())
    del manifest["models"][0]
    (own_weights / "manifest.json").write_text(json.dumps(manifest))
    assert cli("neon", "a.png", "-o", "out") == 2
    (line,) = cli.errors
    assert line.endswith("manifest.json names no model for neon:neon")


def test_a_folder_without_a_manifest(cli: CommandLine, tmp_path: Path) -> None:
    cli.weights = tmp_path / "nowhere"
    assert cli("models") == 2
    assert cli.errors == [f"error: {tmp_path}/nowhere/manifest.json: No such file or directory"]


def test_damaged_weights(cli: CommandLine, own_weights: Path) -> None:
    draw(Path("a.png"))
    (own_weights / "neon.safetensors").write_bytes(b"damaged")
    assert cli("neon", "a.png", "-o", "out") == 2
    (line,) = cli.errors
    assert line.startswith("error: model neon: ")
    assert "wrong SHA-256" in line


@pytest.mark.parametrize(
    "arguments",
    [
        ["paint"],
        ["neon"],
        ["neon", "a.png", "--strength", "garish"],
        ["neon", "a.png", "--quality", "0"],
        ["upscale", "a.png", "--scale", "5"],
        ["upscale", "a.png", "--look", "nice"],
        ["import", "x"],
    ],
)
def test_wrong_usage_is_one_line(cli: CommandLine, arguments: list[str]) -> None:
    assert cli(*arguments) == 2
    (line,) = cli.errors
    assert line.startswith("error: ")
    assert line.endswith("(python -m model_layer --help tells more)")


@pytest.mark.parametrize("arguments", [[], ["--help"]])
def test_the_help_names_everyday_commands_first(cli: CommandLine, arguments: list[str]) -> None:
    assert cli(*arguments) == (0 if arguments else 2)
    places = [cli.out.index(f" {name} ") for name in ("neon", "upscale", "plan", "publish", "pull")]
    assert places == sorted(places)
    assert cli.errors == []


@pytest.mark.parametrize(
    ("entry", "result"), [(neon, "a-neon.png"), (upscale, "a-x2.png")], ids=["neon", "upscale"]
)
def test_programs_of_their_own(
    cli: CommandLine,
    tiny_weights: Path,
    monkeypatch: pytest.MonkeyPatch,
    entry: Callable[[], int],
    result: str,
) -> None:
    monkeypatch.setattr(
        sys, "argv", ["x", str(draw(Path("a.png"))), "--weights", str(tiny_weights)]
    )
    assert entry() == 0
    assert names(Path()) == {"a.png", result}


def test_shells_complete_options_and_their_values(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("_NEON_COMPLETE", "complete_bash")
    for words, place, expected in (
        ("neon --stri", 1, {"--strip", "--strip-gps"}),
        ("neon --strength ", 2, {"soft", "neon", "max"}),
    ):
        monkeypatch.setenv("COMP_WORDS", words)
        monkeypatch.setenv("COMP_CWORD", str(place))
        with pytest.raises(SystemExit):
            neon()
        assert set(capsys.readouterr().out.split()) == expected


def test_as_a_program(tiny_weights: Path, tmp_path: Path) -> None:
    root = Path(__file__).parents[3]
    done = subprocess.run(
        [sys.executable, "-m", "model_layer", "neon", "no", "--weights", tiny_weights, "-o", "out"],
        cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(root)}, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr == "error: no: no such file or folder\n"


@pytest.mark.parametrize(
    "command", ["import a.png --name own --licence MIT", "pull eugenesiow/edsr-base"]
)
@pytest.mark.parametrize(
    ("place", "message"),
    [("a.png", "a.png is a file; name a folder"), ("s3://bucket", "s3://bucket: name a folder")],
)
def test_weights_go_into_a_folder(command: str, cli: CommandLine, place: str, message: str) -> None:
    draw(Path("a.png"))
    assert cli(*command.split(), "--into", place) == 2
    (line,) = cli.errors
    assert message in line
