"""What :mod:`evaluate_upscaler` finds, as Markdown that reads well in a terminal too."""

from collections.abc import Sequence

from training.contenders import Contender
from training.evaluate_upscaler import BICUBIC, Evaluation, Score
from training.markdown import table
from training.published import SOURCE, is_set5, on_set5, papers_on_set5

PROTOCOL = "PSNR (dB) and SSIM on Y, border shave = scale, inputs by MATLAB's antialiased bicubic"
DISTANCE = "distance: of EfficientNet-Lite2's features from the original's, in thousandths"


def summary(evaluation: Evaluation, contenders: Sequence[Contender]) -> str:
    """Say how the contenders of a scale compare with bicubic, and on Set5 with published ones."""
    base = evaluation.mean(BICUBIC)
    clean = evaluation.quality is None
    rows = [[BICUBIC, "", *_cells(base), ""]]
    if clean:
        rows.insert(0, ["bicubic, Y alone [1]", "", *_cells(evaluation.papers), ""])
    for contender in contenders:
        score = evaluation.mean(contender.name)
        gain = f"{score.psnr - base.psnr:+.2f}"
        rows.append([contender.name, f"{contender.weights:,}", *_cells(score), gain])
    set5 = clean and is_set5(picture.name for picture in evaluation.pictures)
    if set5:
        rows += [
            [f"{other.name} [{mark}]", other.weights, *_cells(Score(other.psnr, other.ssim)), ""]
            for mark, others in ((2, on_set5), (3, papers_on_set5))
            for other in others(evaluation.scale)
        ]
    lines = [f"## {title(evaluation)}", "", f"{PROTOCOL}; {DISTANCE}.", ""]
    lines += [table(["method", "weights", "PSNR", "SSIM", "distance", "gain"], rows)]
    if clean:
        lines += ["", "[1] The way of the papers' tables: Y alone is shrunk and enlarged."]
    if set5:
        lines += [f"[2] As super-image publishes: {SOURCE}"]
        lines += ["[3] As the networks' own papers state."]
    return "\n".join(lines)


def by_picture(evaluation: Evaluation) -> str:
    """List the figures of each picture."""
    names = list(evaluation.pictures[0].scores)
    rows = [
        [picture.name, *(both(picture.scores[name]) for name in names)]
        for picture in evaluation.pictures
    ]
    return table(["picture", *names], rows)


def title(evaluation: Evaluation) -> str:
    """Name an evaluation: scale, pictures, inputs."""
    count = len(evaluation.pictures)
    inputs = f", inputs recompressed: JPEG {evaluation.quality}, 4:2:0"
    pictures = f"{count} picture{'s' * (count != 1)}"
    return f"×{evaluation.scale}, {pictures}{inputs if evaluation.quality is not None else ''}"


def _cells(score: Score) -> list[str]:
    distance = "" if score.distance is None else f"{score.distance:.1f}"
    return [f"{score.psnr:.2f}", f"{score.ssim:.4f}", distance]


def both(score: Score) -> str:
    """Write a score as one cell of a table."""
    return " / ".join(_cells(score))
