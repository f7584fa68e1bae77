"""The figures of the load benchmark: what is counted as whose time, and what is fair."""

import math

import pytest

from benchmarks.load.bot import Spans, covered, noted
from benchmarks.load.network import Mishaps


@pytest.mark.parametrize(
    ("spans", "seconds"),
    [
        ([], 0),
        ([(1, 2), (4, 6)], 3),
        ([(4, 6), (1, 5)], 5),
        ([(1, 9), (2, 3), (4, 5)], 8),
    ],
)
def test_calls_beside_each_other_count_once(
    spans: list[tuple[float, float]], seconds: float
) -> None:
    assert covered(spans) == seconds


def test_as_many_calls_fail_as_are_to_and_files_never() -> None:
    mishaps = Mishaps(0.05, seed=3)
    failed = sum(mishaps.take("sendMessage") is not None for _ in range(2000))
    assert 60 < failed < 140
    assert failed == mishaps.count
    assert not any(mishaps.take("download") for _ in range(200))


def test_a_call_that_outlasts_its_update_is_telegrams_time() -> None:
    spans: Spans = []
    with noted(spans):
        with noted(spans):
            pass
        (outer, inner) = spans
        assert outer[1] == math.inf
        assert inner[0] <= inner[1] < math.inf
    assert spans[0][1] < math.inf
