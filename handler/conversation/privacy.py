"""/privacy: everything that is stored, field by field, and for how long.

The table below is what the answer is made of; tests hold it to the tables of the store, to the
fields of a job and of a note, to the items in DynamoDB, and to the queues of the template.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from aiogram import F, Router
from aiogram.filters import Command
from aiogram.types import Message

from handler.aws.dynamodb import RESULT_SECONDS
from handler.aws.sqs import USUAL_RETENTION_SECONDS
from handler.conversation.quotas import DAY
from handler.jobs.memory import ALBUM, SETTINGS, WISH, Topic
from handler.jobs.open_jobs import KNOWN_SECONDS
from handler.jobs.sqlite.deliveries import DEDUPLICATION_SECONDS
from handler.jobs.sqlite.queue import STAY_SECONDS
from handler.settings import Settings
from handler.texts.translator import Translator

HOUR: Final = 3600.0
DEAD_LETTER_SECONDS: Final = 14 * DAY
"""How long the template's queue keeps a job that failed for good."""

Until = Literal["forgotten", "answered", "newest", "operator"]
"""What ends something that has no time of its own: /forget, the answer, as many newer ones, or
whoever runs the bot."""
Place = Literal["machine", "aws"]

NOBODYS: Final = ""
"""What a field says that says nothing of a person."""


@dataclass(frozen=True, slots=True)
class Stored:
    """Something that is stored, of which people are told."""

    name: str
    """Ends the key of its text, ``privacy-…``."""
    fields: Mapping[str, str]
    """What each field says of a person, the end of a ``datum-…`` key, or :data:`NOBODYS`. Fields
    are ``TABLE.COLUMN`` of the SQLite file, ``job.FIELD``, or ``note.TOPIC.FIELD``."""
    seconds: float | None = None
    """How long at most, where the answer or :attr:`until` does not end it before."""
    until: Until | None = None
    items: tuple[str, ...] = ()
    """How the keys of such items begin in DynamoDB."""
    places: tuple[Place, ...] = ("machine", "aws")
    """Where it is stored at all: in the file of one machine, on AWS."""
    elsewhere: Mapping[Place, tuple[float | None, Until | None]] = field(default_factory=dict)
    """Another time, or end, in one of the places."""

    @property
    def data(self) -> tuple[str, ...]:
        """What is said of people, once each."""
        return tuple(dict.fromkeys(datum for datum in self.fields.values() if datum))


_JOB: Final = {
    "job.id": "update",
    "job.chat_id": "chat",
    "job.asker_id": "person",
    "job.photo_message_id": "messages",
    "job.status_message_id": "messages",
    "job.source": "file",
    "job.file_id": "file",
    "job.file_unique_id": "file",
    "job.file_name": "file-name",
    "job.album": "file",
    "job.album_id": "messages",
    "job.effect_code": "effect",
    "job.form": "effect",
    "job.of_result": NOBODYS,
    "job.reference": "file",
    "job.keeps_metadata": "effect",
    "job.preferred": "effect",
    "job.model_digest": NOBODYS,
    "job.language": "language",
    "job.pressed_at": "time",
}


def _of_topic(topic: Topic, fields: Mapping[str, str]) -> Stored:
    return Stored(
        topic.name,
        {f"note.{topic.name}.{name}": datum for name, datum in fields.items()}
        | {"memory.person": "person", "memory.topic": NOBODYS, "memory.key": NOBODYS}
        | {"memory.note": NOBODYS, "memory.expires": NOBODYS},
        topic.seconds,
        None if topic.seconds else "forgotten",
        items=(f"memory#*#{topic.name}",),
    )


STORED: Final = (
    _of_topic(
        SETTINGS,
        {
            "language": "language",
            "light": "effect",
            "strength": "effect",
            "form": "choices",
            "metadata": "choices",
        },
    ),
    _of_topic(WISH, {"wish": "effect"}),
    _of_topic(
        ALBUM,
        {
            "message_id": "messages",
            "file_id": "file",
            "file_unique_id": "file",
            "source": "file",
            "file_name": "file-name",
            "wish": "effect",
        },
    ),
    Stored(
        "jobs",
        {
            **_JOB,
            "jobs.position": "order",
            "jobs.id": "update",
            "jobs.chat_id": "chat",
            "jobs.body": NOBODYS,
            "jobs.heavy": NOBODYS,
            "jobs.deliveries": NOBODYS,
            "jobs.tries": NOBODYS,
            "jobs.visible_at": "time",
            "jobs.receipt": NOBODYS,
            "jobs.owner": NOBODYS,
            "jobs.taken_at": "time",
            "turns.chat_id": "chat",
            "turns.turn": "order",
        },
        STAY_SECONDS,
        "answered",
        items=("backlog#",),
        elsewhere={"aws": (USUAL_RETENTION_SECONDS, "answered")},
    ),
    Stored("dead-letters", _JOB, DEAD_LETTER_SECONDS, places=("aws",)),
    Stored(
        "answered",
        {
            "finished.id": "update",
            "finished.expires": NOBODYS,
            "open_jobs.chat_id": "chat",
            "open_jobs.id": "update",
            "open_jobs.person_id": "person",
            "open_jobs.state": NOBODYS,
            "open_jobs.body": NOBODYS,
            "open_jobs.expires": NOBODYS,
        },
        max(KNOWN_SECONDS, DEDUPLICATION_SECONDS),
        items=("openjobs#",),
    ),
    Stored(
        "claims",
        {
            "claims.key": "update",
            "claims.holder": "update",
            "claims.key.chat": "chat",
            "claims.key.message": "messages",
            "claims.key.effect": "effect",
            "claims.expires": NOBODYS,
            "claims.complete": NOBODYS,
        },
        STAY_SECONDS,
        "answered",
        items=("claim#",),
    ),
    Stored(
        "results",
        {
            "sent.key": "file",
            "sent.key.effect": "effect",
            "sent.key.update": "update",
            "sent.key.name": "file-name-hash",
            "sent.result": "file",
            "sent.used": NOBODYS,
        },
        None,
        "newest",
        items=("result#",),
        elsewhere={"aws": (RESULT_SECONDS, None)},
    ),
    Stored(
        "counters",
        {
            "counters.key": "person",
            "counters.value": "count",
            "counters.expires": NOBODYS,
        },
        DAY,
        items=("count#",),
    ),
    Stored(
        "logs", {"log.chat": "pseudonym", "log.job": "update", "log.time": "time"}, None, "operator"
    ),
)


def create_router() -> Router:
    """Return a router for /privacy, in groups too."""
    router = Router(name="privacy")
    router.message.register(tell, F.text, Command("privacy", ignore_case=True))
    return router


async def tell(message: Message, translate: Translator, settings: Settings) -> None:
    """List what is stored."""
    await message.answer(described(translate, settings))


def described(translate: Translator, settings: Settings) -> str:
    """Return the list, for where this bot stores things."""
    lines = "\n".join(_lines(translate, settings))
    return translate("privacy", stored=lines)


def _lines(translate: Translator, settings: Settings) -> Iterator[str]:
    for stored in STORED:
        place: Place = "aws" if _is_on_aws(stored, settings) else "machine"
        if place not in stored.places:
            continue
        seconds, until = stored.elsewhere.get(place, (stored.seconds, stored.until))
        data = ", ".join(translate(f"datum-{datum}") for datum in stored.data)
        what = translate(f"privacy-{stored.name}")
        yield f"• {what}: {data}. {_lifetime(translate, settings, seconds, until)}"


def _is_on_aws(stored: Stored, settings: Settings) -> bool:
    """Say where something is; jobs and dead letters go with the queue, all else with the table."""
    in_queue = "job.id" in stored.fields
    return bool(settings.queue_url if in_queue else settings.results_table)


def _lifetime(
    translate: Translator, settings: Settings, seconds: float | None, until: Until | None
) -> str:
    at_most = ""
    if seconds is not None:
        days = seconds >= 2 * DAY
        number = round(seconds / (DAY if days else HOUR))
        at_most = translate("lifetime-days" if days else "lifetime-hours", number=number)
    return translate(
        "lifetime",
        until=until or "none",
        most=at_most or "none",
        newest=settings.remembered_results,
    )
