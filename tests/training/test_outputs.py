"""Files and folders to write."""

from collections.abc import Callable
from pathlib import Path

import pytest
import typer
from PIL import Image

from model_layer.cli import outputs
from model_layer.images import MAX_SIDES
from tests.model_layer.command_line import CommandLine, draw, names

JPEG_SIDE = MAX_SIDES["JPEG"]
OPTIONS = {
    "evaluate-neon": "data --val photos --sheet",
    "evaluate-upscaler": "photos --sheet",
    "training-curves": "run -o",
}


@pytest.mark.parametrize(
    ("kind", "text", "reason"),
    [
        (outputs.file, "there", "there is a folder; name a file"),
        (outputs.file, "nowhere/a.csv", "nowhere/a.csv: there is no folder nowhere"),
        (outputs.picture, "a.gif", "a.gif: a picture can be .png or .jpg"),
        (outputs.picture, "a", "a: a picture can be .png or .jpg"),
        (outputs.folder, "a.txt", "a.txt is a file; name a folder"),
        (outputs.folder, "a.txt/runs/one", "a.txt is a file; name a folder"),
    ],
)
def test_what_cannot_be_written_is_said(
    kind: Callable[[str], Path],
    text: str,
    reason: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("there").mkdir()
    Path("a.txt").touch()
    with pytest.raises(typer.BadParameter) as caught:
        kind(text)
    assert str(caught.value) == reason


def test_what_can_be_written(tmp_path: Path) -> None:
    for kind, name in (
        (outputs.file, "a"),
        (outputs.picture, "a.PNG"),
        (outputs.picture, "a.jpeg"),
        (outputs.folder, "."),
        (outputs.folder, "new/run"),
    ):
        assert kind(str(tmp_path / name)) == tmp_path / name


@pytest.mark.parametrize("command", OPTIONS)
def test_the_suffix_is_looked_at_before_the_work(command: str, cli: CommandLine) -> None:
    assert cli(command, *OPTIONS[command].split(), "sheet.gif") == 2
    (line,) = cli.errors
    assert "sheet.gif: a picture can be .png or .jpg" in line


@pytest.mark.parametrize(
    "command",
    ["train-neon . --judged . --photos .", "collect --count 1"],
)
def test_a_run_does_not_go_into_a_file(command: str, cli: CommandLine) -> None:
    draw(Path("a.png"))
    assert cli(*command.split(), "-o", "a.png") == 2
    (line,) = cli.errors
    assert "a.png is a file; name a folder" in line


@pytest.mark.parametrize(
    "command",
    [
        "add a.png --name own --licence MIT",
    ],
)
def test_weights_do_not_go_into_a_file(command: str, cli: CommandLine) -> None:
    draw(Path("a.png"))
    assert cli(*command.split(), "--into", "a.png") == 2
    (line,) = cli.errors
    assert "a.png is a file; name a folder" in line


def test_a_sheet_too_large_for_a_jpeg_is_refused(tmp_path: Path) -> None:
    tall = Image.new("L", (1, JPEG_SIDE + 1))
    with pytest.raises(ValueError, match=r"1×65,501 pixels, .* longer than 65,500; name a \.png"):
        outputs.save(tall, tmp_path / "a.jpg")
    assert names(tmp_path) == set()
    outputs.save(tall, tmp_path / "a.png")
    outputs.save(tall.crop((0, 0, 1, JPEG_SIDE)), tmp_path / "a.jpg")
    with Image.open(tmp_path / "a.jpg") as written:
        assert written.size == (1, JPEG_SIDE)


def test_training_without_pictures(cli: CommandLine) -> None:
    Path("empty").mkdir()
    folders = ["--judged", "empty", "--photos", "empty"]
    assert cli("train-neon", "empty", *folders, "--features", 4, "-o", "run") == 2
    assert cli.errors[-1] == "error: no pictures in empty"
