"""What is offered, with the models there are."""

import json
from pathlib import Path

import pytest

from handler.jobs.offers import Offers
from handler.telegram.delivery import Kind, Outcome
from handler.telegram.keyboards import Rows
from model_layer import Limits, ModelStore
from tests.handler.jobs.conftest import MakeJob

LIMITS = Limits(50, 50)


@pytest.fixture
def offers(weights: Path) -> Offers:
    """With crisp and faithful weights for photos, and faithful ones for files."""
    path = weights / "manifest.json"
    content = json.loads(path.read_text())
    enlarging = [model for model in content["models"] if model["effect"] == "upscale"]
    for look in ("faithful", "crisp"):
        content["models"] += [
            {**model, "name": f"{look}-{model['name']}", "inputs": "compressed", "look": look}
            for model in enlarging
        ]
    path.write_text(json.dumps(content))
    return Offers(ModelStore.from_folder(weights), LIMITS)


def codes(rows: Rows) -> list[list[str]]:
    return [[str(button.data) for button in row] for row in rows]


@pytest.mark.parametrize(("source", "look"), [("photo", ":crisp"), ("document", "")])
def test_photos_become_crisp_and_files_stay_faithful(
    offers: Offers, source: Kind, look: str
) -> None:
    assert [effect.code for effect in offers.first(source)] == [
        "neon:neon", "lights:neon", *(f"upscale:{scale}{look}" for scale in (2, 3, 4)),
    ]  # fmt: skip


def test_without_crisp_weights_photos_are_enlarged_faithfully(weights: Path) -> None:
    offers = Offers(ModelStore.from_folder(weights), LIMITS)
    assert [effect.code for effect in offers.first("photo")][2] == "upscale:2"


@pytest.mark.parametrize(
    ("source", "effect", "under"),
    [
        ("photo", "upscale:2:crisp", ["+neon:neon", "upscale:2", "upscale:2:crisp~jpeg"]),
        ("photo", "upscale:2", ["+neon:neon", "upscale:2:crisp", "upscale:2~jpeg"]),
        ("document", "upscale:2", ["+neon:neon", "upscale:2~jpeg"]),  # no crisp weights for files
    ],
)
def test_the_other_look_is_a_tap_where_there_are_weights_for_it(
    offers: Offers, make_job: MakeJob, source: Kind, effect: str, under: list[str]
) -> None:
    job = make_job(source=source, effect_code=effect)
    outcome = Outcome(kind="document", bytes=1000, size=(640, 480))
    assert codes(offers.under(job, outcome)) == [under]


def test_a_neon_photo_is_enlarged_as_photos_are(offers: Offers, make_job: MakeJob) -> None:
    photo = Outcome(kind="photo", bytes=1000, size=(640, 480))
    assert "+upscale:2:crisp" in codes(offers.under(make_job(), photo))[2]
    file = Outcome(kind="document", bytes=1000, size=(640, 480))
    assert "+upscale:2" in codes(offers.under(make_job(source="document"), file))[2]


@pytest.mark.parametrize(
    ("outcome", "offered"),
    [
        (Outcome(kind="document", bytes=20 * 2**20, size=(640, 480)), True),
        (Outcome(kind="document", bytes=20 * 2**20 + 1, size=(640, 480)), False),
        (Outcome(kind="document", size=(640, 480)), False),  # of unknown bytes
        (Outcome(kind="photo"), True),  # at most 10 MB
        (Outcome(kind="document", bytes=1000, size=(4000, 4000)), False),  # ×2 is too large
    ],
)
def test_nothing_is_offered_of_a_result_that_telegram_keeps_or_that_is_too_large(
    offers: Offers, make_job: MakeJob, outcome: Outcome, *, offered: bool
) -> None:
    found = [code for row in codes(offers.under(make_job(), outcome)) for code in row]
    assert any(code.startswith("+upscale") for code in found) is offered


def test_the_result_of_a_result_is_not_taken_round_in_circles(
    offers: Offers, make_job: MakeJob
) -> None:
    outcome = Outcome(kind="photo", bytes=1000, size=(640, 480))
    found = codes(offers.under(make_job(of_result=True), outcome))
    assert found[-1] == ["+compare", "@slideshow"]
