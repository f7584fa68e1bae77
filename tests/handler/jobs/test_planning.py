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
    now = 100.0
    text = WorkingText(TEXTS, make_job(effect_code="upscale:3"), clock=lambda: now)
    text.begin(plan(Upscale(3), seconds=12, encoding=2))
    now += 12 * percent / 100
    assert text(percent).endswith(f"⏱ Ready in about {left}")


@pytest.mark.parametrize(("pace", "left"), [(3.0, "18 seconds"), (0.5, "3 seconds")])
def test_the_time_left_follows_the_pace_of_the_work(
    make_job: MakeJob, pace: float, left: str
) -> None:
    now = 0.0
    text = WorkingText(TEXTS, make_job(effect_code="upscale:3"), clock=lambda: now)
    text.begin(plan(Upscale(3), seconds=12))
    now += pace * 6  # half of it, as many times as slow as planned
    assert text(50).endswith(f"⏱ Ready in about {left}")


def test_a_little_work_says_little_about_the_pace(make_job: MakeJob) -> None:
    now = 0.0
    text = WorkingText(TEXTS, make_job(effect_code="upscale:3"), clock=lambda: now)
    text.begin(plan(Upscale(3), seconds=100))
    now += 10
    assert text(1).endswith("⏱ Ready in about 2 minutes")  # not a quarter of an hour


def test_a_cold_process_says_that_it_warms_up(make_job: MakeJob) -> None:
    text = WorkingText(TEXTS, make_job(effect_code="upscale:3"), is_warm=False)
    assert text(0) == TEXTS.get("en", "status-warming", effect="upscale")
    text.begin(plan(Upscale(3), seconds=12))
    assert text(0).startswith(TEXTS.get("en", "status-working-upscale", scale=3, percent=0))


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
