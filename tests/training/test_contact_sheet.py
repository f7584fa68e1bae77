"""Sheets of pictures."""

from pathlib import Path

import numpy as np
from PIL import Image

from tests.model_layer.command_line import CommandLine, pixels
from tests.training.pictures import noise, plain, save
from training.contact_sheet import fitted, grid, pairs_sheet
from training.dataset import NeonPairs


def test_a_grid_may_end_in_a_shorter_row() -> None:
    white = plain((255, 255, 255), 4)
    sheet = np.asarray(grid([[white, white, white], [white]]))
    assert sheet.shape == (8, 12, 3)
    assert sheet[:, :4].min() == 255
    assert sheet[:4].min() == 255
    assert sheet[4:, 4:].max() == 0


def test_large_pictures_are_shrunk_to_fit() -> None:
    assert fitted(noise(64, 64), 32).shape == (32, 32, 3)
    small = noise(16, 16)
    assert fitted(small, 32) is small


def test_inputs_are_above_their_targets() -> None:
    pairs = NeonPairs([noise(64, 48), noise(64, 64, 1)], size=32, smallest_crop=24, seed=5)
    sheet = np.asarray(pairs_sheet(pairs, count=3, columns=2))
    assert sheet.shape == (4 * 32, 2 * 32, 3)
    for place in range(3):
        top, left = place // 2 * 64, place % 2 * 32
        for shown, part in zip((sheet[top : top + 32], sheet[top + 32 : top + 64]), pairs[place]):
            expected = ((part.permute(1, 2, 0) + 1) * 127.5).round().byte().numpy()
            assert np.array_equal(shown[:, left : left + 32], expected)


def test_the_command_shows_what_a_training_sees(cli: CommandLine) -> None:
    save(Path("neon"), (300, 256), (256, 240))
    Image.new("RGB", (300, 300), "grey").save("neon/grey.png")
    command = ["contact-sheet", "neon", "--pairs", 2]
    assert cli(*command, "-o", "a.png") == 0
    assert cli(*command, "-o", "b.png") == 0
    assert cli(*command, "-o", "c.png", "--seed", 1) == 0
    assert pixels(Path("a.png")).shape == (512, 512, 3)
    assert Path("a.png").read_bytes() == Path("b.png").read_bytes()
    assert Path("a.png").read_bytes() != Path("c.png").read_bytes()


def test_a_sheet_of_nothing_is_refused(cli: CommandLine) -> None:
    save(Path("neon"), (300, 256))
    assert cli("contact-sheet", "neon", "--pairs", 0, "-o", "sheet.png") == 2
    assert cli.errors[-1] == "error: 0 pairs: at least 1"


def test_the_command_needs_pictures(cli: CommandLine) -> None:
    Image.new("RGB", (300, 300), "grey").save("grey.png")
    assert cli("contact-sheet", ".", "-o", "sheet.jpg") == 2
    assert cli.errors[-1] == "error: not one picture could be used: kept 0 of 1: 1 grey"
