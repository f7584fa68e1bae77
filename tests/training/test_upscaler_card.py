"""The measured parts of a model card."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from PIL import Image
from skimage import data

from tests.model_layer.command_line import CommandLine
from tests.training.runs import TINY, trained
from training import upscaler_card
from training.upscaler import Trained

CARD = """# edsr-x2

A tiny network.

## Recipe

Made up.

## Figures

Old ones.

## Licence

MIT.
"""


@pytest.fixture
def sharp(tmp_path: Path) -> Path:
    (tmp_path / "Set1").mkdir()
    Image.fromarray(data.astronaut()[100:160, 150:220]).save(tmp_path / "Set1" / "a.png")
    return tmp_path / "Set1"


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """The folder of a training."""
    return trained(tmp_path / "run", replace(TINY, inputs="compressed", batch=2, patch=12))


def test_sections_are_replaced_and_the_rest_stays(tmp_path: Path) -> None:
    card = tmp_path / "card.md"
    card.write_text(CARD)
    upscaler_card.update(card, {"Figures": "New \\1 ones.\n", "Speed": "Fast."})
    assert card.read_text() == CARD.replace("Old ones.", "New \\1 ones.") + "\n## Speed\n\nFast.\n"


def test_the_figures_are_those_of_the_evaluation(
    cli: CommandLine, own_weights: Path, sharp: Path
) -> None:
    assert cli("evaluate-upscaler", sharp, "--model", "edsr-x2", "--each") == 0
    (line,) = [line for line in cli.out.splitlines() if line.startswith("| a.png ")]
    expected = [cell.strip() for cell in line.split("|")[2:-1]]
    card = own_weights / "edsr-x2.md"
    card.write_text(CARD)
    assert cli("upscaler-card", "edsr-x2", sharp, "--quality", 75) == 0
    assert card.read_text() == CARD
    clean, recompressed = [line for line in cli.out.splitlines() if line.startswith("| Set1")]
    assert [cell.strip() for cell in clean.split("|")[1:5]] == ["Set1 (1)", "clean", *expected]
    assert "JPEG 75" in recompressed


def test_figures_recipe_and_curves_are_written_into_the_card(
    cli: CommandLine, own_weights: Path, sharp: Path, run: Path
) -> None:
    card = own_weights / "edsr-x2.md"
    card.write_text(CARD)
    assert cli("upscaler-card", "edsr-x2", sharp, "--run", run, "--write") == 0
    text = card.read_text()
    assert text.startswith(
        "# edsr-x2\n\nA tiny network.\n\n## Recipe\n\nPhotos shrunk to long sides"
    )
    assert text.endswith("## Licence\n\nMIT.\n")
    assert "batches of 2 patches of 12×12" in text
    assert "500 of 18,000 steps" in text
    assert "PSNR then: set5 35.00 dB" in text
    assert "JPEG once or twice" in text
    assert "Old ones." not in text
    assert "Made up." not in text
    assert "](sheets/edsr-x2-curves.png)" in text
    with Image.open(own_weights / "sheets" / "edsr-x2-curves.png") as curves:
        assert curves.format == "PNG"


def test_a_missing_card_is_begun(cli: CommandLine, own_weights: Path, sharp: Path) -> None:
    assert cli("upscaler-card", "edsr-x2", sharp, "--write") == 0
    assert (own_weights / "edsr-x2.md").read_text().startswith("# edsr-x2\n\n## Figures\n\nPSNR")


def test_a_crisp_recipe_says_what_made_it_so(tmp_path: Path) -> None:
    settings = replace(TINY, look="crisp", sharpen=0.7, adversarial_weight=0.004)
    run = trained(tmp_path / "run", settings)
    text = upscaler_card.recipe(Trained.read(run))
    assert "sharpened by an unsharp mask of their luma, 0.7 times" in text
    assert "0.004 times the opinion of a patch discriminator" in text
    assert "squared error" not in text
    run = trained(tmp_path / "sharp", replace(settings, adversarial_weight=0.0))
    assert "discriminator" not in upscaler_card.recipe(Trained.read(run))
    assert "squared error" in upscaler_card.recipe(Trained.read(trained(tmp_path / "other")))


def test_folders_of_one_name_are_refused(cli: CommandLine, sharp: Path) -> None:
    assert cli("upscaler-card", "edsr-x2", sharp, sharp.parent / "other" / sharp.name) == 2
    assert "two folders have the same name" in cli.errors[-1]


def test_a_model_that_is_not_there_is_named(cli: CommandLine, sharp: Path) -> None:
    assert cli("upscaler-card", "other", sharp) == 2
    assert "holds no upscaler other" in cli.errors[-1]


def test_a_folder_without_a_run_is_named(cli: CommandLine, sharp: Path, tmp_path: Path) -> None:
    assert cli("upscaler-card", "edsr-x2", sharp, "--run", tmp_path) == 2
    assert "checkpoint.pt" in cli.errors[-1]
    torch.save({"step": 1}, tmp_path / "checkpoint.pt")
    assert cli("upscaler-card", "edsr-x2", sharp, "--run", tmp_path) == 2
    assert cli.errors[-1].endswith("not the checkpoint of a training")
