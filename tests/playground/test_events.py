import asyncio

import pytest

from playground import events
from playground.events import Event, EventHub


async def test_every_subscriber_gets_every_event() -> None:
    hub = EventHub()
    with hub.subscribe() as one, hub.subscribe() as two:
        event = Event("message", 1, {})
        hub.publish(event)
        assert one.get_nowait() is event
        assert two.get_nowait() is event
    hub.publish(event)
    assert one.empty()


async def test_slow_subscriber_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "QUEUE_LIMIT", 2)
    hub = EventHub()
    with hub.subscribe() as queue:
        for _ in range(5):
            hub.publish(Event("message", 1, {}))
        received = [queue.get_nowait() for _ in range(queue.qsize())]
    assert [event is None for event in received] == [False, False, True]


async def test_waiting_ends_when_the_hub_closes() -> None:
    hub = EventHub()

    def never() -> bool | None:
        return None

    waiting = asyncio.create_task(hub.wait_until(never, timeout=5))
    await asyncio.sleep(0)
    hub.close()
    with pytest.raises(TimeoutError, match="stopped"):
        await waiting
