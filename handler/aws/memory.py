"""What is remembered of people, in the table.

A person's notes of one topic are one item, ``memory#PERSON#TOPIC``, and each note is an attribute
of it, ``note:KEY``: so notes that are put at once do not overwrite each other, and everything of a
person is found without an index. The item's ``expires``, by which DynamoDB deletes it, is that of
its latest note.
"""

import asyncio
import json
from typing import Any, Final

from handler.aws.table import Table
from handler.jobs.memory import TOPICS, Note, Topic

_NOTE: Final = "note:"


class DynamoMemory(Table):
    """A :class:`handler.jobs.memory.Memory` in DynamoDB."""

    async def get(self, person: int, topic: Topic, key: str = "") -> Note | None:
        """Return a note, if it is still known."""
        return (await self.entries(person, topic, key)).get(key)

    async def entries(self, person: int, topic: Topic, prefix: str = "") -> dict[str, Note]:
        """Return a person's notes of a topic whose keys begin so, in the order of their keys."""
        return await asyncio.to_thread(self._entries, person, topic, prefix)

    async def put(self, person: int, topic: Topic, note: Note, key: str = "") -> None:
        """Remember a note for the topic's time from now, in place of one under the same key."""
        await asyncio.to_thread(self._put, person, topic, note, key)

    async def delete(self, person: int, topic: Topic, key: str = "") -> None:
        """Drop a note; one that is not known is no error."""
        await asyncio.to_thread(self._delete, person, topic, key)

    async def forget(self, person: int) -> None:
        """Drop everything that is remembered of a person."""
        await asyncio.to_thread(self._forget, person)

    def _entries(self, person: int, topic: Topic, prefix: str) -> dict[str, Note]:
        pk, now = _pk(person, topic), self._clock()
        notes = {name: note for name, note in self._item(pk).items() if name.startswith(_NOTE)}
        over = [name for name, note in notes.items() if _is_over(note, now)]
        for name in over:  # the item stays for later ones
            self._remove(pk, name, "#note.#expires <= :now", now=now)
            del notes[name]
        return {
            name.removeprefix(_NOTE): json.loads(notes[name]["M"]["note"]["S"])
            for name in sorted(notes)
            if name.startswith(_NOTE + prefix)
        }

    def _put(self, person: int, topic: Topic, note: Note, key: str) -> None:
        self._entries(person, topic, "")  # what is over does not stay for the sake of this one
        value: dict[str, Any] = {"note": json.dumps(dict(note))}
        change, values = "SET #note = :value", dict[str, Any](value=value)
        if topic.seconds is not None:
            value["expires"] = self._clock() + topic.seconds
            values["ends"] = self._after(topic.seconds)
            change += ", #expires = :ends"
        self._update(_pk(person, topic), change, "", {"note": _NOTE + key}, **values)

    def _delete(self, person: int, topic: Topic, key: str) -> None:
        self._remove(_pk(person, topic), _NOTE + key, "attribute_exists(#note)")

    def _remove(self, pk: str, name: str, condition: str, **values: Any) -> None:
        self._update(pk, "REMOVE #note", condition, {"note": name}, **values)

    def _forget(self, person: int) -> None:
        for topic in TOPICS:
            self._delete_item(_pk(person, topic))


def _pk(person: int, topic: Topic) -> str:
    return f"memory#{person}#{topic.name}"


def _is_over(value: Any, now: float) -> bool:
    expires = value["M"].get("expires")
    return expires is not None and float(expires["N"]) <= now
