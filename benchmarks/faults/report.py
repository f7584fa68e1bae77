"""What came of it all: promises kept, doubles explained."""

from collections import Counter
from dataclasses import dataclass, field

from benchmarks.faults.evidence import Evidence
from benchmarks.faults.people import Wish
from benchmarks.faults.processes import STOP_SECONDS


@dataclass
class Report:
    """What can be said when everybody has gone home."""

    evidence: Evidence
    unexpected: int
    waiting: int
    """Jobs that the queue still has."""
    slowest_stop: float
    telegram_faults: Counter[str]
    doubles: list[str | None] = field(init=False)
    standing: list[str | None] = field(init=False)

    def __post_init__(self) -> None:
        wishes = self.evidence.wishes
        self.doubles = [cause for wish in wishes for cause in self.evidence.doubles(wish)]
        self.standing = [cause for wish in wishes for cause in self.evidence.standing(wish)]

    @property
    def accepted(self) -> list[Wish]:
        """Those whose job the queue has taken."""
        return [wish for wish in self.evidence.wishes if self.evidence.jobs(wish)]

    @property
    def results(self) -> int:
        """How many of the accepted have a result."""
        return sum(bool(wish.messages("result")) for wish in self.accepted)

    @property
    def apologies(self) -> int:
        """How many of the accepted have an apology and no result."""
        return sum(
            bool(wish.messages("apology")) and not wish.messages("result") for wish in self.accepted
        )

    @property
    def cancellations(self) -> int:
        """How many of the accepted have only the word that it was cancelled."""
        return sum(
            wish.is_answered() and not wish.messages("result", "apology") for wish in self.accepted
        )

    @property
    def silent(self) -> int:
        """How many pressed a button and have nothing, or got no buttons."""
        return sum(
            not wish.is_answered() and bool(wish.taps or not wish.messages("offer"))
            for wish in self.evidence.wishes
        )

    @property
    def belied(self) -> int:
        """How many were told that it is cancelled, and got an answer all the same."""
        return sum(
            wish.is_cancelled and bool(wish.messages("result", "apology"))
            for wish in self.evidence.wishes
        )

    def broken(self) -> list[str]:
        """Name the promises that are broken."""
        jobs = len(self.evidence.accepted)
        answers = self.results + self.apologies + self.cancellations
        checks = {
            f"{self.silent} people have no answer": self.silent,
            f"{self.standing.count(None)} status messages stand": None in self.standing,
            f"{self.doubles.count(None)} doubles have no explanation": None in self.doubles,
            f"{self.belied} jobs were cancelled and answered": self.belied,
            f"{self.waiting} jobs are left in the queue": self.waiting,
            f"a stop took {self.slowest_stop:.1f} s": self.slowest_stop > STOP_SECONDS,
            f"{jobs} jobs were accepted, {answers} answered": jobs != answers,
        }
        return [text for text, is_broken in checks.items() if is_broken]

    def lines(self) -> list[str]:
        """Return the report for people."""
        wishes = self.evidence.wishes
        numbers = {
            "pictures": len(wishes),
            "taps": sum(wish.taps for wish in wishes),
            "accepted jobs": len(self.evidence.accepted),
            "results": self.results,
            "apologies": self.apologies,
            "cancellations": self.cancellations,
            "silent": self.silent,
            "doubles": len(self.doubles),
            "statuses left standing": len(self.standing),
            "errors before a job": self.unexpected,
            "jobs left in the queue": self.waiting,
            "slowest stop, seconds": round(self.slowest_stop, 1),
        }
        lines = [f"{name:<24}{number}" for name, number in numbers.items()]
        aws = Counter(f"{f.operation}: {f.kind}" for f in self.evidence.aws_faults)
        for title, counter in (
            ("signals", Counter(end.kind for end in self.evidence.ends)),
            ("faults of Telegram", self.telegram_faults),
            ("faults of AWS", aws),
            ("doubles, by their causes", Counter(map(_named, self.doubles))),
            ("statuses, by their causes", Counter(map(_named, self.standing))),
        ):
            lines += [f"{title}: {counter.total()}"] * bool(counter)
            lines += [f"  {count:>5}  {name}" for name, count in sorted(counter.items())]
        return lines + [self._where(wish) for wish in wishes if self._is_odd(wish)]

    def _is_odd(self, wish: Wish) -> bool:
        has_no_answer = bool(self.evidence.jobs(wish)) and not wish.is_answered()
        causes = self.evidence.doubles(wish) + self.evidence.standing(wish)
        return has_no_answer or None in causes or len(self.evidence.jobs(wish)) > 1

    def _where(self, wish: Wish) -> str:
        jobs = ", ".join(sorted(self.evidence.jobs(wish))) or "no job"
        return f"look at chat {wish.person.id}, photo {wish.photo['message_id']}: {jobs}"


def _named(cause: str | None) -> str:
    return cause or "unexplained"
