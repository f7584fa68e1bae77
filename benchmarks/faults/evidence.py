"""What is known of a run, and what explains that somebody got two answers, or a status stands.

Nothing is explained by something that happened some time: only by what became of the very call
whose message is one too many, or of the process that made it, within the seconds that counted.
"""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from benchmarks.faults.people import Wish
from benchmarks.faults.processes import STOP_SECONDS
from playground import Call, Delivery
from playground.events import Json

NOTE_SECONDS: Final = 2.0
"""How long a process may take, on a busy machine, to note that a message was sent."""

Process = Literal["serve", "worker"]


@dataclass(frozen=True)
class End:
    """A process that was ended by a signal.

    Attributes:
        process: which one; the end of "serve" is that of its worker, too.
        kind: of the signal, in words.
        began: when it was sent, ``time.monotonic()``.
        ended: when the process was gone.
    """

    process: Process
    kind: str
    began: float
    ended: float

    def is_while(self, process: Process, began: float, ended: float) -> bool:
        """Tell whether a process was ended while it did something."""
        is_its = process in (self.process, "worker")
        grace = STOP_SECONDS if process != self.process else 0.0  # the worker stops by itself
        return is_its and self.began <= ended and began <= self.ended + grace


@dataclass(frozen=True)
class AwsFault:
    """A call of AWS that failed, or whose answer was lost.

    Attributes:
        operation: as AWS spells it.
        kind: what went wrong.
        time: ``time.monotonic()``.
        about: the key or the body of the request.
    """

    operation: str
    kind: str
    time: float
    about: str


@dataclass
class Evidence:
    """Everything that was seen of a run."""

    wishes: Sequence[Wish]
    calls: Sequence[Call]
    deliveries: Sequence[Delivery]
    ends: Sequence[End]
    aws_faults: Sequence[AwsFault]
    accepted: frozenset[str]
    """Ids of the jobs that the queue has taken."""
    _sent: dict[tuple[int, int], Call] = field(init=False)
    _edited: set[tuple[int, int]] = field(init=False)
    _jobs: dict[tuple[int, int], set[str]] = field(init=False)

    def __post_init__(self) -> None:
        self._sent = {
            (int(call.params["chat_id"]), call.message_id): call
            for call in reversed(self.calls)  # the first one is the sending, later ones are edits
            if call.ok and call.message_id is not None and call.method.startswith("send")
        }
        self._edited = {
            (int(call.params["chat_id"]), call.message_id)
            for call in self.calls
            if call.ok and call.message_id is not None and call.method.startswith("edit")
        }
        self._jobs = {}
        for update in (delivery.update for delivery in self.deliveries):
            photo = (update.payload.get("message") or {}).get("reply_to_message")
            if update.kind == "callback_query" and photo and str(update.update_id) in self.accepted:
                key = (photo["chat"]["id"], photo["message_id"])
                self._jobs.setdefault(key, set()).add(str(update.update_id))

    def jobs(self, wish: Wish) -> set[str]:
        """Return the ids of the jobs that were taken for a wish."""
        return self._jobs.get((wish.person.id, wish.photo["message_id"]), set())

    def doubles(self, wish: Wish) -> list[str | None]:
        """Explain each answer but the last; None where nothing does."""
        answers = [self._call(wish, m) for m in wish.messages("result", "apology", "cancelled")]
        calls = sorted(filter(None, answers), key=lambda call: call.time)
        unknown: list[str | None] = [None] * (len(answers) - len(calls))
        return unknown + [
            self._cause_of_double(wish, call, after) for call, after in itertools.pairwise(calls)
        ]

    def standing(self, wish: Wish) -> list[str | None]:
        """Explain each status message that stands; None where nothing does."""
        return [self._cause_of_status(wish, status) for status in wish.messages("status")]

    def _call(self, wish: Wish, message: Json) -> Call | None:
        return self._sent.get((wish.person.id, message["message_id"]))

    def _cause_of_double(self, wish: Wish, call: Call, after: Call) -> str | None:
        if len(self.jobs(wish)) > 1:
            return None
        tap = self._delivery(wish, after)
        is_late = tap and str(tap.update.update_id) not in self.accepted
        if is_late and tap and tap.update.created < call.time:
            return "a second tap that Telegram brought after the result"
        if (call.params["chat_id"], call.message_id) in self._edited:
            return None  # an edit may be repeated: nothing that befell it makes a second message
        return self._cause_of_sending_again(wish, call, after)

    def _cause_of_sending_again(self, wish: Wish, call: Call, after: Call) -> str | None:
        if call.fault:
            return f"the answer to its {call.method} was lost ({call.fault})"
        noted = min(self._last_about(call) + NOTE_SECONDS, after.time)
        for end in self.ends:
            if end.is_while("worker", call.time - NOTE_SECONDS, noted):
                return f"{end.kind}, between its {call.method} and the note of that"
        keys = {f"result#delivered:{job}" for job in self.jobs(wish)}
        for fault in self.aws_faults:
            if call.time <= fault.time <= after.time and fault.about in keys:
                return f"the note of its {call.method} failed: {fault.operation} ({fault.kind})"
        return None

    def _last_about(self, call: Call) -> float:
        """Return when the last message that belongs to another one was sent: its preview, say."""
        times = [
            other.time
            for other in self.calls
            if other.method.startswith("send")
            and other.params.get("chat_id") == call.params["chat_id"]
            and (other.params.get("reply_parameters") or {}).get("message_id") == call.message_id
        ]
        return max([call.time, *times])

    def _cause_of_status(self, wish: Wish, status: Json) -> str | None:
        call = self._call(wish, status)
        if call is None or not wish.is_answered():
            return None
        if call.fault:
            return f"the answer to its sendMessage was lost ({call.fault})"
        delivery = self._delivery(wish, call)
        if delivery is None or delivery.problem is None:
            return None
        for end in self.ends:
            if end.is_while("serve", call.time - NOTE_SECONDS, delivery.ended):
                return f"{end.kind}, between its sendMessage and the note of that"
        faults = [f for f in self.aws_faults if call.time <= f.time <= delivery.ended]
        lost = {("SendMessage", ""), ("UpdateItem", f"openjobs#{wish.person.id}")}
        if lost <= {(fault.operation, fault.about) for fault in faults}:
            return "neither its job nor a note of it could be kept: SendMessage, UpdateItem"
        return None

    def _delivery(self, wish: Wish, call: Call) -> Delivery | None:
        """Find the press in whose delivery a message was sent: a chat's come one after another."""
        lane = ("callback", wish.person.id)
        of_chat = [delivery for delivery in self.deliveries if delivery.update.lane == lane]
        for patience in (0.0, NOTE_SECONDS):  # else it was sent when its delivery was given up
            for delivery in of_chat:
                if delivery.began <= call.time <= delivery.ended + patience:
                    return delivery
        return None
