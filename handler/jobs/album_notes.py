"""The pictures of an album, noted one by one as they come.

Each is an update of its own, and nobody says which is the last: of a job that is to have all of
them, the worker looks when no more come.
"""

import asyncio
from typing import Final

from handler.jobs.job import Job, Picture
from handler.jobs.memory import ALBUM, Memory

SETTLE_SECONDS: Final = 1.5
"""After which no more pictures are expected when none has come: Telegram tells of them in a row."""


async def note(memory: Memory, person: int, album: str, picture: Picture) -> None:
    """Note a picture of somebody's album."""
    # In the order of the album: keys are sorted as text.
    key = f"{album}:{picture.message_id:020}"
    await memory.put(person, ALBUM, picture.model_dump(), key)


async def noted(memory: Memory, person: int, album: str) -> tuple[Picture, ...]:
    """Return the pictures that are known of an album, in order."""
    notes = await memory.entries(person, ALBUM, f"{album}:")
    return tuple(map(Picture.model_validate, notes.values()))


async def wish(memory: Memory, person: int, album: str) -> str | None:
    """Return the code of what is asked for the whole album; empty where it is but asked about.

    None where the bot has not been asked to do anything with it.
    """
    found = await memory.get(person, ALBUM, album)
    return None if found is None else str(found["wish"])


async def note_wish(memory: Memory, person: int, album: str, code: str) -> None:
    """Note what is asked for the whole album."""
    await memory.put(person, ALBUM, {"wish": code}, album)


async def gathered(job: Job, memory: Memory) -> Job:
    """Return a job for an album with all its pictures, once no more come; others as they are."""
    if job.album_id is None:
        return job
    before: tuple[Picture, ...] | None = None
    album = await noted(memory, job.person_id, job.album_id)
    while album != before:
        await asyncio.sleep(SETTLE_SECONDS)
        before, album = album, await noted(memory, job.person_id, job.album_id)
    # One picture alone is one like any other.
    return job.model_copy(update={"album": album if len(album) > 1 else (), "album_id": None})
