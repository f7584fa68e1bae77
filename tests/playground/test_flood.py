import pytest

from playground import flood
from playground.errors import RetryAfter
from playground.flood import FloodControl


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(flood, "time", clock)
    return clock


def test_no_limit_by_default() -> None:
    control = FloodControl()
    for _ in range(1000):
        control.admit(1)
    assert (control.per_chat_per_second, control.per_second) == (None, None)


def test_chat_has_to_wait_and_others_need_not(clock: Clock) -> None:
    control = FloodControl()
    control.per_chat_per_second = 2
    control.admit(1)
    clock.now += 0.5
    control.admit(1)
    with pytest.raises(RetryAfter) as caught:
        control.admit(1)
    assert caught.value.parameters == {"retry_after": 1}
    control.admit(2)
    clock.now += 0.5
    control.admit(1)


def test_limit_below_one_a_second(clock: Clock) -> None:
    control = FloodControl()
    control.per_chat_per_second = 0.25
    control.admit(1)
    clock.now += 1
    with pytest.raises(RetryAfter) as caught:
        control.admit(1)
    assert caught.value.parameters == {"retry_after": 3}


def test_limit_for_all_chats_together(clock: Clock) -> None:
    control = FloodControl()
    control.per_second = 2
    control.admit(1)
    control.admit(2)
    with pytest.raises(RetryAfter):
        control.admit(3)
