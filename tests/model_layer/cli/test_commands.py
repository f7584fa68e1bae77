"""Pictures from files and folders to files and folders."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from model_layer.effects import Effect, Neon, Strength, Upscale
from model_layer.engine import Engine
from model_layer.store.store import ModelStore
from tests.model_layer.command_line import CommandLine, draw, names, pixels
from tests.training.pictures import ByteArray, noise, save


def expected(weights: Path, effect: Effect, source: Path) -> ByteArray:
    with Image.open(source) as image:
        return np.asarray(Engine(ModelStore.from_folder(weights)).apply(effect, image))


@pytest.mark.parametrize("strength", list(Strength))
def test_neon_of_a_file(cli: CommandLine, tiny_weights: Path, strength: Strength) -> None:
    photo = draw(Path("photo.png"))
    assert cli("neon", photo, "--strength", strength, "-o", "lit.png") == 0
    assert np.array_equal(pixels(Path("lit.png")), expected(tiny_weights, Neon(strength), photo))
    assert names(Path()) == {"photo.png", "lit.png"}
    assert cli.errors == []


@pytest.mark.parametrize("scale", [2, 3, 4])
def test_upscale_of_a_file(cli: CommandLine, tiny_weights: Path, scale: int) -> None:
    photo = draw(Path("photo.png"))
    assert cli("upscale", photo, "--scale", scale, "-o", "large.png") == 0
    assert np.array_equal(pixels(Path("large.png")), expected(tiny_weights, Upscale(scale), photo))


def test_the_suffix_decides_the_format(cli: CommandLine) -> None:
    photo = draw(Path("photo.webp"))
    assert cli("neon", photo, "-o", "a/lit.JPG") == 0
    with Image.open("a/lit.JPG") as image:
        assert (image.format, image.size) == ("JPEG", (24, 16))


def test_transparency_lost_to_jpeg_is_said(cli: CommandLine) -> None:
    transparent = np.dstack([noise(24, 16), np.full((16, 24), 99, np.uint8)])
    Image.fromarray(transparent).save("photo.png")
    assert cli("neon", "photo.png", "-o", "lit.jpg") == 0
    assert cli.errors == ["lit.jpg: JPEG has no transparency; transparent parts become black"]
    assert cli("neon", "photo.png", "-o", "lit.png") == 0
    assert cli.errors == []
    assert (pixels(Path("lit.png"))[..., 3] == 99).all()


def test_neon_of_a_folder(cli: CommandLine) -> None:
    draw(Path("in/a.jpg"), 1)
    draw(Path("in/b.PNG"), 2)
    draw(Path("in/c.webp"), 3)
    draw(Path("in/._a.jpg"), 4)
    Path("in/notes.txt").write_text("no picture")
    Path("in/folder.jpg").mkdir()
    assert cli("neon", "in", "--strength", "max", "-o", "out") == 0
    assert names(Path("out")) == {"a-neon-max.jpg", "b-neon-max.png", "c-neon-max.png"}


def test_upscale_of_several_files_and_folders(cli: CommandLine) -> None:
    save(Path("in"), (8, 8), (9, 8))
    draw(Path("photo.jpg"))
    assert cli("upscale", "in", "photo.jpg", "-o", "out") == 0
    assert names(Path("out")) == {"0-upscale-2.png", "1-upscale-2.png", "photo-upscale-2.png"}


def test_one_photo_into_a_folder(cli: CommandLine) -> None:
    draw(Path("photo.jpg"))
    Path("there.jpg").mkdir()
    assert cli("neon", "photo.jpg", "-o", "new") == 0
    assert names(Path("new")) == {"photo-neon-neon.jpg"}
    assert cli("neon", "photo.jpg", "-o", "there.jpg") == 0
    assert names(Path("there.jpg")) == {"photo-neon-neon.jpg"}


def test_sources_of_one_name_do_not_overwrite_each_other(
    cli: CommandLine, tiny_weights: Path
) -> None:
    sources = [draw(Path(name), seed) for seed, name in enumerate(("a.jpg", "a.png", "x/a.webp"))]
    sources.append(draw(Path("x/A.jpeg"), 9))
    assert cli("upscale", *sources, "-o", "out") == 0
    results = ["a-upscale-2.png", "a-upscale-2-2.png", "a-upscale-2-3.png", "A-upscale-2-4.png"]
    assert names(Path("out")) == set(results)
    for source, result in zip(sources, results):
        found = pixels(Path("out") / result)
        assert np.array_equal(found, expected(tiny_weights, Upscale(2), source))


def test_a_file_named_twice_is_done_once(cli: CommandLine) -> None:
    draw(Path("in/a.png"))
    assert cli("upscale", "in", "in/a.png", "in/../in/a.png", "-o", "out") == 0
    assert names(Path("out")) == {"a-upscale-2.png"}


def test_a_result_never_replaces_a_source(cli: CommandLine) -> None:
    draw(Path("in/a.png"))
    clash = draw(Path("in/a-upscale-2.png"), 1)
    before = clash.read_bytes()
    assert cli("upscale", "in", "-o", "in") == 0
    assert clash.read_bytes() == before
    assert names(Path("in")) == {
        "a.png", "a-upscale-2.png", "a-upscale-2-2.png", "a-upscale-2-upscale-2.png",
    }  # fmt: skip


def test_a_broken_file_does_not_stop_the_others(cli: CommandLine) -> None:
    whole = draw(Path("in/a.png")).read_bytes()
    draw(Path("in/c.png"))
    Path("in/b.png").write_bytes(whole[:60])
    Path("in/d.jpg").write_text("not a picture")
    assert cli("upscale", "in", "-o", "out") == 1
    assert names(Path("out")) == {"a-upscale-2.png", "c-upscale-2.png"}
    assert len(cli.errors) == 2
    assert cli.errors[0].startswith("error: in/b.png: the data is damaged")
    assert cli.errors[1] == "error: in/d.jpg: neither JPEG, PNG nor WebP"


def test_a_folder_that_cannot_be_made_is_reported(cli: CommandLine) -> None:
    draw(Path("a.png"))
    Path("file").write_text("in the way")
    assert cli("upscale", "a.png", "-o", "file/large.png") == 1
    assert len(cli.errors) == 1
    assert cli.errors[0].startswith("error: a.png: ")


@pytest.mark.parametrize(
    ("photos", "output", "message"),
    [
        (["missing.jpg"], "out", "missing.jpg: no such file or folder"),
        (["a.png", "missing.jpg"], "out", "missing.jpg: no such file or folder"),
        (["empty"], "out", "empty: no pictures in this folder"),
        (["a.png"], "out.webp", "out.webp: the result can be .jpg or .png"),
        (["a.png"], "out.gif", "out.gif: the result can be .jpg or .png"),
        (["a.png", "b.png"], "b.png", "b.png: is a file; name a folder"),
        (["in"], "b.png", "b.png: is a file; name a folder"),
        (["a.png"], "LICENCE", "LICENCE: is a file; name a folder"),
        (["a.png", "b.png"], "c.png", "c.png: names a file; for several photos, name a folder"),
        (["in"], "c.jpg", "c.jpg: names a file; for several photos, name a folder"),
    ],
)
def test_confusions_are_one_line_and_change_nothing(
    cli: CommandLine, photos: list[str], output: str, message: str
) -> None:
    for name in ("a.png", "b.png", "in/c.png"):
        draw(Path(name))
    Path("empty").mkdir()
    Path("LICENCE").write_text("text")
    before = {path: path.stat().st_mtime_ns for path in Path().rglob("*")}
    assert cli("neon", *photos, "-o", output) == 2
    assert cli.errors == [f"error: {message}"]
    assert {path: path.stat().st_mtime_ns for path in Path().rglob("*")} == before


def test_a_result_never_replaces_its_photo(cli: CommandLine) -> None:
    before = draw(Path("a.png")).read_bytes()
    assert cli("neon", "a.png", "-o", "./a.png") == 2
    assert cli.errors == ["error: a.png: the result would replace the photo itself"]
    assert Path("a.png").read_bytes() == before


def test_an_unknown_strength_is_answered_with_those_there_are(
    cli: CommandLine, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        cli("neon", draw(Path("a.png")), "-o", "b.png", "--strength", "harder")
    assert "choose from soft, neon, max" in capsys.readouterr().err.replace("'", "")
