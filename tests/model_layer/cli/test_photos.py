"""Pictures from files and folders to files and folders."""

import io
import sys
from pathlib import Path

import numpy as np
import pillow_heif
import pytest
from PIL import Image
from PIL.ExifTags import GPS, IFD, Base

from model_layer.effects import Effect, Look, Neon, Strength, Upscale
from model_layer.engine import Engine
from model_layer.store import packaging
from model_layer.store.store import ModelStore
from tests.model_layer.command_line import CommandLine, draw, names, pixels
from tests.model_layer.conftest import random_weights
from tests.training.pictures import ByteArray, noise, save


def expected(weights: Path, effect: Effect, source: Path) -> ByteArray:
    with Image.open(source) as image:
        return np.asarray(Engine(ModelStore.from_folder(weights)).apply(effect, image))


@pytest.mark.parametrize("strength", list(Strength))
def test_neon_of_a_file(cli: CommandLine, tiny_weights: Path, strength: Strength) -> None:
    photo = draw(Path("photo.png"))
    assert cli("neon", photo, "--strength", strength, "-o", "lit.png") == 0
    lit = expected(tiny_weights, Neon(strength=strength), photo)
    assert np.array_equal(pixels(Path("lit.png")), lit)
    assert names(Path()) == {"photo.png", "lit.png"}
    assert (cli.out, cli.errors) == ("lit.png\n", [])


@pytest.mark.parametrize("scale", [2, 3, 4])
def test_upscale_of_a_file(cli: CommandLine, tiny_weights: Path, scale: int) -> None:
    photo = draw(Path("photo.png"))
    assert cli("upscale", photo, "--scale", scale, "-o", "large.png") == 0
    assert np.array_equal(pixels(Path("large.png")), expected(tiny_weights, Upscale(scale), photo))


@pytest.mark.parametrize(
    ("arguments", "name", "format_"),
    [
        (["-o", "a/lit.JPG"], "a/lit.JPG", "JPEG"),
        (["-o", "lit.tif"], "lit.tif", "TIFF"),
        (["-o", "lit.webp", "--format", "webp"], "lit.webp", "WEBP"),
        (["-o", "new"], "new/photo-neon.png", "PNG"),
        (["-o", "there.jpg"], "there.jpg/photo-neon.png", "PNG"),
        (["--format", "tiff"], "photo-neon.tiff", "TIFF"),
        ([], "photo-neon.png", "PNG"),
    ],
)
def test_name_and_format_of_a_result(
    cli: CommandLine, arguments: list[str], name: str, format_: str
) -> None:
    Path("there.jpg").mkdir()
    assert cli("neon", draw(Path("photo.webp")), *arguments) == 0
    assert cli.out == f"{name}\n"
    with Image.open(name) as image:
        assert (image.format, image.size) == (format_, (24, 16))


@pytest.mark.parametrize(
    ("effect", "suffix", "result"),
    [
        ("neon", ".jpg", "-neon.jpg"),
        ("neon", ".JPEG", "-neon.jpg"),
        ("neon", ".avif", "-neon.jpg"),
        ("neon", ".bmp", "-neon.png"),
        ("neon", ".gif", "-neon.png"),
        ("upscale", ".jpg", "-x2.png"),
    ],
)
def test_what_was_compressed_with_loss_stays_so_unless_it_is_enlarged(
    cli: CommandLine, effect: str, suffix: str, result: str
) -> None:
    photo = draw(Path(f"in/photo{suffix}"))
    assert cli(effect, photo) == 0
    assert names(Path("in")) == {f"photo{suffix}", f"photo{result}"}


def test_quality_counts(cli: CommandLine) -> None:
    sizes = []
    for quality in (95, 30):
        assert cli("neon", draw(Path("a.jpg")), "--quality", quality, "--overwrite") == 0
        sizes.append(Path("a-neon.jpg").stat().st_size)
    assert sizes[1] < sizes[0]


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
    draw(Path("in/folder.jpg/d.jpg"), 5)
    assert cli("neon", "in", "--strength", "max", "-o", "out") == 0
    assert names(Path("out")) == {"a-neon-max.jpg", "b-neon-max.png", "c-neon-max.png"}
    assert cli.errors == ["3 written"]


def test_inner_folders_keep_their_place(cli: CommandLine) -> None:
    for name in ("in/a.png", "in/x/a.png", "in/x/y/a.png", "in/.hidden/a.png"):
        draw(Path(name))
    for _ in range(2):  # results that are in one of the folders are no photos
        assert cli("neon", "in", "--recursive", "-o", "in/out", "--overwrite") == 0
        made = sorted(str(path) for path in Path("in/out").rglob("*.png"))
        assert made == [f"in/out/{place}a-neon.png" for place in ("", "x/", "x/y/")]


def test_upscale_of_several_files_and_folders(cli: CommandLine) -> None:
    save(Path("in"), (8, 8), (9, 8))
    draw(Path("photo.jpg"))
    assert cli("upscale", "in", "photo.jpg", "-o", "out") == 0
    assert names(Path("out")) == {"0-x2.png", "1-x2.png", "photo-x2.png"}


def test_a_file_named_twice_is_done_once(cli: CommandLine) -> None:
    draw(Path("in/a.png"))
    assert cli("upscale", "in", "in/a.png", "in/../in/a.png", "-o", "out") == 0
    assert names(Path("out")) == {"a-x2.png"}


def test_nothing_is_replaced_unasked(cli: CommandLine) -> None:
    for name in ("in/a.png", "in/b.png"):
        draw(Path(name))
    draw(Path("out/a-x2.png"), 9)
    before = Path("out/a-x2.png").read_bytes()
    assert cli("upscale", "in", "-o", "out") == 2
    assert cli.errors == [
        "error: out/a-x2.png is there already; --overwrite replaces it, --skip-existing leaves it"
    ]
    assert names(Path("out")) == {"a-x2.png"}
    assert cli("upscale", "in", "-o", "out", "--skip-existing") == 0
    assert cli.errors == ["1 written, 1 there already"]
    assert Path("out/a-x2.png").read_bytes() == before
    assert cli("upscale", "in", "-o", "out", "--overwrite") == 0
    assert Path("out/a-x2.png").read_bytes() != before
    assert cli("upscale", "in", "-o", "out", "--skip-existing") == 0
    assert (cli.out, cli.errors) == ("", ["2 there already"])


def test_a_second_run_leaves_the_results_of_the_first_alone(cli: CommandLine) -> None:
    draw(Path("in/a.png"))
    draw(Path("in/b-neon.png"))  # nobody's result: there is no b
    assert cli("neon", "in") == 0
    assert cli("neon", "in", "--strength", "max") == 0
    assert cli.errors == ["2 written, 2 of earlier runs left out"]
    assert cli("neon", "in", "--skip-existing") == 0
    assert cli.errors == ["2 there already, 2 of earlier runs left out"]
    assert cli("neon", *sorted(Path("in").iterdir()), "--skip-existing") == 0  # as shells put *
    assert names(Path("in")) == {
        "a.png", "a-neon.png", "a-neon-max.png",
        "b-neon.png", "b-neon-neon.png", "b-neon-neon-max.png",
    }  # fmt: skip


@pytest.mark.parametrize("others", [[], ["a.jpg"], ["A-x2.png"]])
def test_a_name_does_not_depend_on_what_else_is_there(cli: CommandLine, others: list[str]) -> None:
    for name in others:
        draw(Path("in") / name)
    assert cli("upscale", draw(Path("in/a.png")), "-o", "in") == 0
    assert cli.out == "in/a-x2.png\n"


def test_a_broken_file_does_not_stop_the_others(cli: CommandLine) -> None:
    whole = draw(Path("in/a.png")).read_bytes()
    draw(Path("in/c.png"))
    Path("in/b.png").write_bytes(whole[:60])
    Path("in/d.jpg").write_text("not a picture")
    Path("in/e.cr2").write_text("raw")
    assert cli("upscale", "in", "-o", "out") == 1
    assert names(Path("out")) == {"a-x2.png", "c-x2.png"}
    raw, cut, no_picture, sum_ = cli.errors
    assert raw == "error: in/e.cr2: not in a format that can be read"
    assert cut.startswith("error: in/b.png: the data is damaged")
    assert no_picture.startswith("error: in/d.jpg: not one of JPEG, ")
    assert sum_ == "2 written, 3 failed"


def test_a_folder_that_cannot_be_made_is_reported(cli: CommandLine) -> None:
    draw(Path("a.png"))
    Path("file").write_text("in the way")
    assert cli("upscale", "a.png", "-o", "file/large.png") == 1
    assert cli.errors == ["error: a.png: file: File exists", "1 failed"]


def test_a_photo_that_does_not_fit_into_memory(
    cli: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def allocate(*_: object) -> None:
        raise RuntimeError("[enforce fail at alloc_cpu.cpp:114] not enough memory: you tried to …")

    monkeypatch.setattr(Engine, "apply", allocate)
    assert cli("neon", draw(Path("a.png"))) == 1
    assert cli.errors[0] == "error: a.png: too large for the memory there is"


@pytest.mark.parametrize(
    ("photos", "output", "message"),
    [
        (["missing.jpg"], "out", "missing.jpg: no such file or folder"),
        (["a.png", "missing.jpg"], "out", "missing.jpg: no such file or folder"),
        (["empty"], "out", "empty: no pictures in this folder"),
        (["a.png"], "out.gif", "out.gif: the result can be .jpg, .png, .webp, .tiff"),
        (["a.png", "b.png"], "b.png", "b.png: is a file; name a folder"),
        (["in"], "b.png", "b.png: is a file; name a folder"),
        (["a.png"], "LICENCE", "LICENCE: is a file; name a folder"),
        (["a.png", "b.png"], "c.png", "c.png: names a file; for several photos, name a folder"),
        (["in"], "c.jpg", "c.jpg: names a file; for several photos, name a folder"),
        (["a.png"], "./a.png", "a.png: the result would replace a photo"),
        (["a.png", "b.png"], "-", "standard output takes the result of one photo"),
        (["a.png", "in/a.webp"], "out", "a.png and in/a.webp would both become out/a-neon.png"),
    ],
)
def test_confusions_are_one_line_and_change_nothing(
    cli: CommandLine, photos: list[str], output: str, message: str
) -> None:
    for name in ("a.png", "b.png", "in/c.png", "in/a.webp"):
        draw(Path(name))
    Path("empty").mkdir()
    Path("LICENCE").write_text("text")
    before = {path: path.stat().st_mtime_ns for path in Path().rglob("*")}
    assert cli("neon", *photos, "-o", output, "--overwrite") == 2
    assert cli.errors == [f"error: {message}"]
    assert {path: path.stat().st_mtime_ns for path in Path().rglob("*")} == before


def test_a_format_that_contradicts_the_name(cli: CommandLine) -> None:
    assert cli("neon", draw(Path("a.png")), "-o", "b.png", "--format", "jpg") == 2
    assert cli.errors == ["error: b.png: is not called as --format jpg says"]


def test_an_unknown_strength_is_answered_with_those_there_are(cli: CommandLine) -> None:
    assert cli("neon", draw(Path("a.png")), "--strength", "harder") == 2
    (line,) = cli.errors
    assert "'soft', 'neon', 'max'" in line


def test_a_look_has_a_model_of_its_own_and_a_model_may_be_named(
    cli: CommandLine, own_weights: Path
) -> None:
    parameters = {"scale": 2, "n_resblocks": 1, "n_feats": 4}
    packaging.add(
        own_weights, "crisp", random_weights("edsr", parameters, seed=9), effect="upscale",
        architecture="edsr", parameters=parameters, licence="MIT", scale=2, inputs="compressed",
        look=Look.CRISP,
    )  # fmt: skip
    photo = draw(Path("a.png"))
    assert cli("upscale", photo, "-o", "faithful.png") == 0
    assert cli("upscale", photo, "-o", "crisp.png", "--look", "crisp") == 0
    assert np.array_equal(pixels(Path("faithful.png")), expected(own_weights, Upscale(2), photo))
    assert not np.array_equal(pixels(Path("faithful.png")), pixels(Path("crisp.png")))
    assert cli("upscale", photo, "-o", "named.png", "--model", "crisp") == 0
    assert np.array_equal(pixels(Path("named.png")), pixels(Path("crisp.png")))


def photo_of_a_phone(path: Path) -> Path:
    exif = Image.Exif()
    exif[Base.Make], exif[Base.Orientation] = "Maker", 6
    exif.get_ifd(IFD.GPSInfo)[GPS.GPSLatitude] = (1.0, 2.0, 3.0)
    Image.fromarray(noise(24, 16)).save(path, exif=exif, dpi=(300, 300))
    return path


@pytest.mark.parametrize(
    ("options", "make", "place", "resolution"),
    [
        ([], "Maker", True, True),
        (["--strip-gps"], "Maker", False, True),
        (["--strip"], None, False, False),
    ],
)
def test_what_a_camera_wrote_stays_unless_it_is_to_go(
    cli: CommandLine, options: list[str], make: str | None, place: bool, resolution: bool
) -> None:
    photo = photo_of_a_phone(Path("a.jpg"))
    assert cli("neon", photo, *options) == 0
    with Image.open("a-neon.jpg") as image:
        exif = image.getexif()
        assert image.size == (16, 24)
        assert exif.get(Base.Make) == make
        assert bool(exif.get_ifd(IFD.GPSInfo)) is place
        assert image.info.get("dpi") == ((300, 300) if resolution else None)
        assert Base.Orientation not in exif
        assert image.info["icc_profile"]


class Pipe:
    """A standard stream that has a buffer of bytes."""

    def __init__(self, data: bytes = b"") -> None:
        self.buffer = io.BytesIO(data)

    def isatty(self) -> bool:
        return False


@pytest.mark.parametrize(
    ("arguments", "format_"),
    [(["-", "-o", "-"], "JPEG"), (["-"], "JPEG"), (["-", "--format", "png"], "PNG")],
)
def test_through_a_pipe(
    cli: CommandLine, monkeypatch: pytest.MonkeyPatch, arguments: list[str], format_: str
) -> None:
    pipe = Pipe()
    monkeypatch.setattr(sys, "stdin", Pipe(draw(Path("a.jpg")).read_bytes()))
    monkeypatch.setattr(sys, "stdout", pipe)
    assert cli("neon", *arguments) == 0
    with Image.open(pipe.buffer) as image:
        assert (image.format, image.size) == (format_, (24, 16))
    assert cli.errors == []
    assert names(Path()) == {"a.jpg"}


def test_from_a_pipe_to_a_file_and_back(cli: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", Pipe(draw(Path("a.png")).read_bytes()))
    assert cli("upscale", "-", "-o", "out") == 0
    assert cli.out == "out/photo-x2.png\n"
    pipe = Pipe()
    monkeypatch.setattr(sys, "stdout", pipe)
    assert cli("upscale", "a.png", "-o", "-") == 0
    assert pipe.buffer.getvalue() == Path("out/photo-x2.png").read_bytes()


def test_a_terminal_is_spared(cli: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    assert cli("neon", draw(Path("a.png")), "-o", "-") == 2
    assert cli.errors == ["error: a terminal shows no pictures; name a file by -o, or a pipe"]


def test_a_heic_photo_becomes_a_jpeg(cli: CommandLine) -> None:
    pillow_heif.from_pillow(Image.fromarray(noise(64, 48))).save("IMG_1.HEIC")
    assert cli("neon", "IMG_1.HEIC") == 0
    with Image.open("IMG_1-neon.jpg") as image:
        assert (image.format, image.size) == ("JPEG", (64, 48))


def test_a_light_by_name_names_the_result(cli: CommandLine, tiny_weights: Path) -> None:
    photo = draw(Path("a.png"))
    assert cli("neon", photo, "--light", "miami") == 0
    lit = expected(tiny_weights, Neon(light="miami"), photo)
    assert np.array_equal(pixels(Path("a-neon-miami.png")), lit)


def test_neon_in_the_light_of_a_picture(cli: CommandLine, tiny_weights: Path) -> None:
    photo, other = draw(Path("a.png")), draw(Path("b.png"), seed=3)
    assert cli("neon", photo, "--light-from", other, "-o", "lit.png") == 0
    assert Path("lit.png").exists()
    assert cli("neon", photo, "--light-from", "missing.png", "-o", "no.png") == 2
    assert cli("neon", photo, "--light-from", other, "--light", "ice", "-o", "no.png") == 2
    assert cli.errors == ["error: --light and --light-from exclude each other"]


def test_an_unknown_light_is_answered_with_those_there_are(cli: CommandLine) -> None:
    assert cli("neon", draw(Path("a.png")), "--light", "garish", "-o", "no.png") == 2
    (line,) = cli.errors
    assert "miami" in line


def test_a_sheet_of_all_lights(cli: CommandLine, tiny_weights: Path) -> None:
    assert cli("lights", draw(Path("a.png")), "-o", "sheet.jpg") == 0
    with Image.open("sheet.jpg") as sheet:
        assert sheet.format == "JPEG"
        assert sheet.width == 1200
    assert cli.out == "sheet.jpg\n"


def test_a_sheet_that_is_there_is_replaced_on_demand_only(
    cli: CommandLine, tiny_weights: Path
) -> None:
    Path("sheet.jpg").write_bytes(b"mine")
    assert cli("lights", draw(Path("a.png")), "-o", "sheet.jpg") == 2
    assert cli.errors == ["error: sheet.jpg is there already; --overwrite replaces it"]
    assert Path("sheet.jpg").read_bytes() == b"mine"
    assert cli("lights", Path("a.png"), "-o", "sheet.jpg", "--overwrite") == 0
    assert Path("sheet.jpg").read_bytes() != b"mine"
