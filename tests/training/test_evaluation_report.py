"""Tables of figures."""

from tests.training.test_evaluate_upscaler import NEAREST
from training.crop_sheet import Crop
from training.evaluate_upscaler import BICUBIC, Evaluation, Judged, Score
from training.evaluation_report import by_picture, summary, title

CROP = Crop("a", 0.0, {})


def evaluation(quality: int | None = None) -> Evaluation:
    one = {BICUBIC: Score(30, 0.9, 5), "nearest": Score(29, 0.8, 8)}
    two = {BICUBIC: Score(32, 0.7, 4), "nearest": Score(33, 0.9, 6)}
    pictures = [
        Judged("one.png", one, Score(31, 0.9), CROP),
        Judged("two.png", two, Score(32, 1), CROP),
    ]
    return Evaluation(2, quality, pictures)


def test_a_summary_has_means_and_gains() -> None:
    lines = summary(evaluation(), [NEAREST]).splitlines()
    cells = {line.split("|")[1].strip(): line.split("|")[2:-1] for line in lines if "|" in line}
    assert [cell.strip() for cell in cells["bicubic"]] == ["", "31.00", "0.8000", "4.5", ""]
    assert [cell.strip() for cell in cells["nearest"]] == ["1", "31.00", "0.8500", "7.0", "+0.00"]
    alone = [cell.strip() for cell in cells["bicubic, Y alone [1]"]]
    assert alone == ["", "31.50", "0.9500", "", ""]


def test_titles_tell_evaluations_apart() -> None:
    assert title(evaluation()) == "×2, 2 pictures"
    assert title(evaluation(80)) == "×2, 2 pictures, inputs recompressed: JPEG 80, 4:2:0"


def test_every_picture_has_a_line() -> None:
    lines = by_picture(evaluation()).splitlines()
    assert lines[0].split() == ["|", "picture", "|", "bicubic", "|", "nearest", "|"]
    assert "30.00 / 0.9000 / 5.0" in lines[2]
    assert "33.00 / 0.9000 / 6.0" in lines[3]
