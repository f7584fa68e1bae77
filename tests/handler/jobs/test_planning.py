"""Words for what a job will cost."""

import pytest

from handler.jobs.planning import WorkingText, refused
from handler.texts.texts import Texts
from handler.texts.translator import Translator
from model_layer.effects import Effect, Neon, Size, Upscale
from model_layer.planning.planner import Plan, Refusal
from playground.engine import model_of
from tests.handler.jobs.conftest import MakeJob

TEXTS = Texts()
ENGLISH = Translator(TEXTS, "en")


def plan(effect: Effect, seconds: float = 600, encoding: float = 0) -> Plan:
    return Plan(effect, (1280, 960), model_of(effect, "lighter"), seconds, encoding, 1)


def test_the_text_of_work_has_no_time_before_there_is_a_plan(make_job: MakeJob) -> None:
    text = WorkingText(TEXTS, make_job(effect_code="neon:max"))(40)
    assert text == TEXTS.get("en", "status-working-neon", percent=40)


@pytest.mark.parametrize(
    ("percent", "left"), [(0, "14 seconds"), (50, "8 seconds"), (100, "2 seconds")]
)
def test_the_time_left_becomes_less_but_for_the_encoding(
    make_job: MakeJob, percent: int, left: str
) -> None:
    text = WorkingText(TEXTS, make_job(effect_code="upscale:3"))
    text.plan = plan(Upscale(3), seconds=12, encoding=2)
    assert text(percent).endswith(f"⏱ Ready in about {left}")


@pytest.mark.parametrize(
    ("asked", "alternatives", "largest", "instead"),
    [
        (Upscale(4), (Neon(), Upscale(2), Upscale(3)), (640, 480), "×2, ×3"),
        (Upscale(2), Neon.offered(), (640, 480), "640 × 480"),
        (Upscale(2), Neon.offered(), None, "Neon"),
        (Upscale(2), (), None, "much smaller"),
    ],
)
def test_a_refusal_names_what_is_nearest(
    asked: Effect, alternatives: tuple[Effect, ...], largest: Size | None, instead: str
) -> None:
    error = refused(Refusal(plan(asked), "time", alternatives, largest), ENGLISH)
    assert instead in error.instead
    assert error.duration == "about 10 minutes"
