"""The command "plan"."""

import re
from pathlib import Path

import pytest

from model_layer.networks.registry import build
from model_layer.store import packaging
from tests.model_layer.command_line import CommandLine, draw


def test_every_effect_is_predicted_for_a_size(cli: CommandLine) -> None:
    assert cli("plan", "64x48") == 0
    head, names, *rows = cli.out.splitlines()
    assert head.startswith("64×48 pixels on c")
    assert names.split() == ["effect", "model", "operations/s", "seconds", "memory"]
    assert [row.split()[0] for row in rows] == ["neon:neon", "upscale:2", "upscale:3", "upscale:4"]


def test_a_photo_is_done_and_compared(cli: CommandLine, tmp_path: Path) -> None:
    photo = draw(tmp_path / "photo.jpg")
    assert cli("plan", photo, "--scale", "2", "--scale", "3", "--check") == 0
    _, names, *rows = cli.out.splitlines()
    assert names.split()[5] == "took"
    assert [row.split()[0] for row in rows] == ["upscale:2", "upscale:3"]
    for row in rows:
        assert re.search(r" \d+\.\d\d +[+-]\d+% ", row), row


@pytest.mark.parametrize("picture", ["0x5", "missing.jpg", "12x"])
def test_what_is_neither_a_size_nor_a_photo_is_one_line(cli: CommandLine, picture: str) -> None:
    assert cli("plan", picture) == 2
    assert len(cli.errors) == 1


def test_a_file_that_is_no_picture_is_named(cli: CommandLine) -> None:
    Path("notes.jpg").write_text("no picture")
    assert cli("plan", "notes.jpg") == 2
    assert cli.errors == [
        "error: notes.jpg: not one of JPEG, PNG, WEBP, AVIF, TIFF, BMP, GIF, HEIF"
    ]


def test_no_picture_larger_than_memory_is_drawn(cli: CommandLine) -> None:
    assert cli("plan", "999999x999999", "--scale", "2", "--check") == 2
    assert cli.errors == ["error: 999999×999999: too large to try, 200 Mpx"]


def test_what_a_model_cannot_do_is_not_tried(cli: CommandLine, own_weights: Path) -> None:
    parameters = {"scale": 2, "n_resgroups": 1, "n_resblocks": 1, "n_feats": 4, "reduction": 2}
    packaging.add(
        own_weights, "rcan-x2", build("rcan", parameters).module.state_dict(), effect="upscale",
        architecture="rcan", parameters=parameters, licence="MIT", scale=2,
    )  # fmt: skip
    side = build("rcan", parameters).tile + 1
    assert cli("plan", f"{side}x{side}", "--scale", "2", "--check") == 0
    rows = {row.split()[1]: row for row in cli.out.splitlines()[2:]}
    assert "too large" in rows["rcan-x2"]
    assert "%" not in rows["rcan-x2"]


def test_a_scale_without_a_model_is_one_line(cli: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text('{"version": 1, "models": []}')
    cli.weights = tmp_path
    assert cli("plan", "64x48", "--scale", "2") == 2
    assert "no model for upscale:2" in cli.errors[0]
