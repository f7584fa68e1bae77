"""A job: one effect for one photo of one chat."""

import hashlib
from collections.abc import Mapping
from typing import Final

from pydantic import BaseModel, ConfigDict, field_validator

from handler.telegram.delivery import Form, Kind, safe_stem
from model_layer import Effect, Inputs, parse_effect

INPUTS: Final[Mapping[Kind, Inputs]] = {"photo": "compressed", "document": "clean"}
"""What the models are to expect of a picture."""


class Reference(BaseModel):
    """Another picture in the same chat."""

    model_config = ConfigDict(frozen=True)

    message_id: int
    file_id: str
    file_unique_id: str


class Picture(Reference):
    """A picture of an album."""

    source: Kind
    file_name: str | None = None


class Job(BaseModel):
    """Everything a worker needs; survives a trip through a queue as JSON."""

    model_config = ConfigDict(frozen=True)

    id: str
    """Telegram's update id: the same for every delivery of the same press."""
    chat_id: int
    asker_id: int | None = None
    """In a group, the person who asks: the buttons of this job are theirs."""
    photo_message_id: int
    """The message with the picture, which may be an earlier result; the result replies to it."""
    status_message_id: int | None = None
    """The bot's message that shows progress."""
    source: Kind
    """How the picture came: as a Telegram photo (recompressed) or as a file (untouched)."""
    file_id: str
    file_unique_id: str
    """Names the content: the same for every copy of the same file."""
    file_name: str | None = None
    album: tuple[Picture, ...] = ()
    """All pictures, in order, where the job is for an album; the one above is among them."""
    album_id: str | None = None
    """Of an album whose pictures are noted elsewhere, since more of them may still come."""
    effect_code: str
    form: Form | None = None
    """How the result is to be sent; None for as is usual."""
    of_result: bool = False
    """Whether the picture is an earlier result."""
    reference: Reference | None = None
    """The second picture, where the effect needs one."""
    keeps_metadata: bool = False
    """Whether a result that is a file says what the picture's file said beside its pixels."""
    preferred: tuple[str, ...] = ()
    """What the person means by effects that leave something open, by code, unless the defaults."""
    model_digest: str
    """SHA-256 of the weights the effect runs with, so that new weights make new results."""
    language: str = "en"
    """Of the person, an IETF language tag as Telegram sends it."""
    pressed_at: float | None = None
    """When the button was pressed, Unix time in seconds; unknown in jobs of older versions."""

    @field_validator("effect_code")
    @classmethod
    def _effect_exists(cls, code: str) -> str:
        parse_effect(code)
        return code

    @property
    def effect(self) -> Effect:
        """The effect to apply."""
        return parse_effect(self.effect_code)

    def as_preferred(self, effect: Effect) -> Effect:
        """Return what the person means by an effect that leaves everything open."""
        chosen = (code for code in self.preferred if code.split(":")[0] == effect.family)
        return parse_effect(next(chosen, effect.code))

    @property
    def inputs(self) -> Inputs:
        """What the models are to expect of the picture."""
        return INPUTS[self.source]

    @property
    def sent_like(self) -> Kind:
        """How a picture came that is answered as this one is to be."""
        return "photo" if self.effect.for_viewing else self.source

    @property
    def person_id(self) -> int:
        """Who has asked, and may cancel; of those who hide behind a group, the group."""
        return self.asker_id or self.chat_id

    @property
    def claim_key(self) -> str:
        """Names the press: a second tap on the same button has the same key."""
        of_album = "album:" if self.album or self.album_id else ""
        return f"{of_album}{self.chat_id}:{self.photo_message_id}:{self._wanted}"

    @property
    def result_key(self) -> str:
        """Names the result: the same for everybody who sends the same picture in the same way.

        A file's own name belongs to it, since Telegram sends a document again under the name that
        it came with: nobody is to read how another person has called it. An album has no result of
        its own, but one for each of its :attr:`parts`.
        """
        if self.album_id:
            return f"album:{self.chat_id}:{self.album_id}:{self._wanted}"
        if self.album:
            return "album:" + _short_hash("".join(part.result_key for part in self.parts))
        key = f"{self.file_unique_id}:{self.source}:{self._wanted}:{self.model_digest}"
        return key if self.source == "photo" else f"{key}:{_short_hash(safe_stem(self.file_name))}"

    @property
    def parts(self) -> "tuple[Job, ...]":
        """The jobs for the pictures of an album; else the job itself."""
        if not self.album:
            return (self,)
        return tuple(
            self.model_copy(
                update={
                    "id": f"{self.id}.{index}",
                    "photo_message_id": picture.message_id,
                    **picture.model_dump(exclude={"message_id"}),
                    "album": (),
                }
            )
            for index, picture in enumerate(self.album)
        )

    @property
    def _wanted(self) -> str:
        reference = f"@{self.reference.file_unique_id}" if self.reference else ""
        wanted = f"{self.effect_code}{reference}" + (f"~{self.form}" if self.form else "")
        return f"{wanted}~metadata" if self.keeps_metadata else wanted


def _short_hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]
