"""What came of it all: promises kept, doubles explained."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from benchmarks.faults.people import Wish
from benchmarks.faults.processes import STOP_SECONDS
from playground import Call

SENDS = ("sendPhoto", "sendDocument", "sendMessage")
NO_STATUS = "no status message was known, so the result was sent, and that answer was lost"
KILLED = "no status message was known; after the result was sent a process died or a note failed"
PRESS_AGAIN = "the status message was sent twice: its answer was lost, or a process died after it"


@dataclass
class Report:
    """What can be said when everybody has gone home."""

    accepted: int
    wishes: Sequence[Wish]
    calls: Sequence[Call]
    unexpected: int
    waiting: int
    """Jobs that the queue still has."""
    slowest_stop: float
    timed_out: bool
    telegram_faults: Counter[str]
    aws_faults: Counter[str]
    signals: Counter[str]
    doubles: list[str] = field(init=False)

    def __post_init__(self) -> None:
        self.doubles = [self._explain(wish) for wish in self.wishes if _answers(wish) > 1]

    @property
    def results(self) -> int:
        """How many have a result."""
        return sum(bool(wish.messages("result")) for wish in self.wishes)

    @property
    def apologies(self) -> int:
        """How many have an apology and no result."""
        return sum(
            bool(wish.messages("apology")) and not wish.messages("result") for wish in self.wishes
        )

    @property
    def silent(self) -> int:
        """How many pressed a button and have nothing, or got no buttons."""
        return sum(
            not wish.is_answered() and bool(wish.taps or not wish.messages("offer"))
            for wish in self.wishes
        )

    @property
    def standing(self) -> int:
        """How many status messages stand although nothing happens any more."""
        return sum(len(wish.messages("status")) for wish in self.wishes)

    def broken(self) -> list[str]:
        """Name the promises that are broken."""
        checks = {
            f"{self.silent} people have no answer": self.silent,
            f"{self.standing} status messages stand": self.standing - self._explained_standing(),
            f"{self.waiting} jobs are left in the queue": self.waiting,
            f"a stop took {self.slowest_stop:.1f} s": self.slowest_stop > STOP_SECONDS,
            "results and apologies are less than what was accepted": (
                self.results + self.apologies < self.accepted
            ),
            "a double has no explanation": sum("unexplained" in line for line in self.doubles),
            "the time was up": self.timed_out,
        }
        return [text for text, is_broken in checks.items() if is_broken]

    def lines(self) -> list[str]:
        """Return the report for people."""
        numbers = {
            "pictures": len(self.wishes),
            "taps": sum(wish.taps for wish in self.wishes),
            "accepted jobs": self.accepted,
            "results": self.results,
            "apologies": self.apologies,
            "doubles": len(self.doubles),
            "silent": self.silent,
            "statuses left standing": self.standing - self._explained_standing(),
            "statuses nobody knows": self._explained_standing(),
            "errors before a job": self.unexpected,
            "jobs left in the queue": self.waiting,
            "slowest stop, seconds": round(self.slowest_stop, 1),
        }
        lines = [f"{name:<24}{number}" for name, number in numbers.items()]
        for title, counter in (
            ("signals", self.signals),
            ("faults of Telegram", self.telegram_faults),
            ("faults of AWS", self.aws_faults),
            ("doubles, explained", Counter(self.doubles)),
        ):
            lines += [f"{title}: {counter.total()}"] * bool(counter)
            lines += [f"  {count:>5}  {name}" for name, count in sorted(counter.items())]
        return lines

    def _explained_standing(self) -> int:
        """Count the status messages whose ids the bot cannot know: Telegram's answer was lost.

        Or the process died before it kept the id; then there is another status message.
        """
        return sum(
            min(len(wish.messages("status")), self._unknown_statuses(wish))
            for wish in self.wishes
            if wish.is_answered()
        )

    def _unknown_statuses(self, wish: Wish) -> int:
        sent = [call for call in self._sent(wish) if call.method == "sendMessage"]
        lost = sum(bool(call.fault) for call in sent)
        return max(lost, len(sent) - 1)

    def _sent_statuses(self, wish: Wish) -> int:
        return sum(call.method == "sendMessage" for call in self._sent(wish))

    def _sent(self, wish: Wish) -> list[Call]:
        """Return what was sent about a picture, the offer apart."""
        return [
            call
            for call in self.calls
            if call.ok
            and call.method in SENDS
            and call.params.get("chat_id") == wish.person.id
            and (call.params.get("reply_parameters") or {}).get("message_id")
            == wish.photo["message_id"]
            and (call.method != "sendMessage" or not call.params.get("reply_markup"))
        ]

    def _explain(self, wish: Wish) -> str:
        sent = self._sent(wish)
        results = [call for call in sent if call.method in ("sendPhoto", "sendDocument")]
        if any(call.fault for call in results):
            return NO_STATUS
        if results and self.signals:
            return KILLED
        if self._sent_statuses(wish) > 1:
            return PRESS_AGAIN
        return f"unexplained: chat {wish.person.id}, photo {wish.photo['message_id']}"


def _answers(wish: Wish) -> int:
    return len(wish.messages("result")) + len(wish.messages("apology"))
