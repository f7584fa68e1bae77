"""What every memory for people's small things promises, wherever it is."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from handler.aws.memory import DynamoMemory
from handler.jobs.memory import SETTINGS, WISH, Memory
from handler.jobs.sqlite.database import Database
from handler.jobs.sqlite.memory import SqliteMemory
from tests.aws import Aws
from tests.handler.clock import Clock

ALICE, BORIS = 7, 8
NOTE = {"effect": "neon:max", "count": 3, "names": ["Нeon \u202e", None], "on": True}


@pytest.fixture(params=["sqlite", "dynamodb"])
async def memories(
    request: pytest.FixtureRequest, clock: Clock, tmp_path: Path
) -> AsyncIterator[tuple[Memory, Memory]]:
    """The same memory, as two processes have it."""
    if request.param == "dynamodb":
        aws: Aws = request.getfixturevalue("aws")
        table = aws.table()
        yield DynamoMemory(table, clock=clock), DynamoMemory(table, clock=clock)
    else:
        databases = [Database(tmp_path / "store.db") for _ in range(2)]
        here, there = (SqliteMemory(database, clock=clock) for database in databases)
        yield here, there
        for database in databases:
            await database.close()


@pytest.fixture
def memory(memories: tuple[Memory, Memory]) -> Memory:
    return memories[0]


@pytest.fixture
def elsewhere(memories: tuple[Memory, Memory]) -> Memory:
    return memories[1]


async def test_a_note_is_known_everywhere_as_it_was_put(memory: Memory, elsewhere: Memory) -> None:
    assert await memory.get(ALICE, WISH) is None
    await memory.put(ALICE, WISH, NOTE)
    assert await elsewhere.get(ALICE, WISH) == NOTE
    await elsewhere.put(ALICE, WISH, {"effect": "upscale:2"})
    assert await memory.get(ALICE, WISH) == {"effect": "upscale:2"}


async def test_people_topics_and_keys_are_kept_apart(memory: Memory) -> None:
    await memory.put(ALICE, WISH, {"n": 1})
    await memory.put(ALICE, WISH, {"n": 2}, "key")
    await memory.put(ALICE, SETTINGS, {"n": 3})
    await memory.put(BORIS, WISH, {"n": 4})
    assert await memory.get(ALICE, WISH) == {"n": 1}
    assert await memory.get(ALICE, WISH, "key") == {"n": 2}
    assert await memory.get(ALICE, WISH, "ke") is None
    assert await memory.get(ALICE, SETTINGS) == {"n": 3}
    assert await memory.get(BORIS, WISH) == {"n": 4}
    assert await memory.get(BORIS, SETTINGS) is None


async def test_a_note_is_over_after_its_topics_time(memory: Memory, clock: Clock) -> None:
    assert WISH.seconds
    await memory.put(ALICE, WISH, NOTE)
    clock.now += WISH.seconds - 1
    assert await memory.get(ALICE, WISH) == NOTE
    await memory.put(ALICE, WISH, NOTE, "later")
    clock.now += 2
    assert await memory.get(ALICE, WISH) is None
    assert list(await memory.entries(ALICE, WISH)) == ["later"]
    await memory.put(ALICE, WISH, NOTE)
    assert await memory.get(ALICE, WISH) == NOTE


async def test_a_note_without_an_end_stays(memory: Memory, clock: Clock) -> None:
    await memory.put(ALICE, SETTINGS, NOTE)
    clock.now += 10 * 365 * 24 * 3600
    assert await memory.get(ALICE, SETTINGS) == NOTE


async def test_notes_are_found_by_how_their_keys_begin(memory: Memory) -> None:
    for key in ("b:2", "b:1", "a:1", "b%", "note:b:"):
        await memory.put(ALICE, WISH, {"key": key}, key)
    found = await memory.entries(ALICE, WISH, "b:")
    assert list(found.items()) == [("b:1", {"key": "b:1"}), ("b:2", {"key": "b:2"})]
    assert await memory.entries(ALICE, WISH, "c") == {}
    assert len(await memory.entries(ALICE, WISH)) == 5
    assert await memory.entries(BORIS, WISH) == {}


async def test_of_many_notes_put_at_once_none_is_lost(memory: Memory, elsewhere: Memory) -> None:
    puts = [
        where.put(ALICE, WISH, {"n": number}, f"album:{number}")
        for number in range(10)
        for where in (memory, elsewhere)
    ]
    await asyncio.gather(*puts)
    assert await memory.entries(ALICE, WISH, "album:") == {
        f"album:{number}": {"n": number} for number in range(10)
    }


async def test_a_note_is_deleted_alone(memory: Memory, elsewhere: Memory) -> None:
    await memory.put(ALICE, WISH, {"n": 1})
    await memory.put(ALICE, WISH, {"n": 2}, "key")
    await elsewhere.delete(ALICE, WISH)
    await elsewhere.delete(ALICE, WISH)
    await elsewhere.delete(BORIS, WISH)
    assert await memory.entries(ALICE, WISH) == {"key": {"n": 2}}


async def test_everything_of_a_person_is_forgotten_and_nobody_elses(
    memory: Memory, elsewhere: Memory
) -> None:
    for person in (ALICE, BORIS):
        await memory.put(person, SETTINGS, NOTE)
        await memory.put(person, WISH, NOTE, "key")
    await elsewhere.forget(ALICE)
    await elsewhere.forget(ALICE)
    assert await memory.get(ALICE, SETTINGS) is None
    assert await memory.entries(ALICE, WISH) == {}
    assert await memory.get(BORIS, SETTINGS) == NOTE
    assert await memory.get(BORIS, WISH, "key") == NOTE
