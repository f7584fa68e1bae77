"""What a job is known by."""

from typing import Any

import pytest
from pydantic import ValidationError

from handler.jobs.job import Job, Reference
from tests.handler.jobs.conftest import MakeJob

REFERENCE = Reference(message_id=5, file_id="other", file_unique_id="other-unique")


def test_it_survives_a_trip_as_json(make_job: MakeJob) -> None:
    job = make_job(
        source="document",
        file_name="Кот.png",
        language="ru",
        status_message_id=5,
        reference=REFERENCE,
    )
    assert Job.model_validate_json(job.model_dump_json()) == job


def test_only_effects_that_exist_can_be_asked_for(make_job: MakeJob) -> None:
    with pytest.raises(ValidationError, match="upscale:64"):
        make_job(effect_code="upscale:64")


@pytest.mark.parametrize(
    ("changes", "is_same"),
    [
        ({"id": "2", "chat_id": 8, "photo_message_id": 9, "file_id": "other"}, True),
        ({"language": "ru", "status_message_id": 3}, True),
        ({"file_unique_id": "other"}, False),
        ({"source": "document"}, False),
        ({"effect_code": "neon:max"}, False),
        ({"form": "file"}, False),
        ({"of_result": True}, True),
        ({"reference": REFERENCE}, False),
        ({"model_digest": "1" * 64}, False),
    ],
)
def test_what_makes_a_result_another_one(
    make_job: MakeJob, changes: dict[str, Any], is_same: bool
) -> None:
    assert (make_job(**changes).result_key == make_job().result_key) is is_same


@pytest.mark.parametrize(
    ("name", "other", "is_same"),
    [
        ("cat.png", "dog.png", False),
        ("cat.png", None, False),
        ("cat.png", "cat.jpg", True),  # the result is called the same
        ("cat.png", "../cat.png", True),
    ],
)
def test_results_of_files_differ_by_the_name_they_show(
    make_job: MakeJob, name: str, other: str | None, is_same: bool
) -> None:
    keys = [
        make_job(source="document", file_name=file_name).result_key for file_name in (name, other)
    ]
    assert (keys[0] == keys[1]) is is_same
    assert "cat" not in keys[0]


def test_a_press_is_named_by_chat_picture_and_effect(make_job: MakeJob) -> None:
    first = make_job(id="1", language="en")
    assert make_job(id="2", language="ru").claim_key == first.claim_key
    for changes in ({"chat_id": 8}, {"photo_message_id": 9}, {"effect_code": "neon:max"}):
        assert make_job(**changes).claim_key != first.claim_key
