"""Figures of a run, and a picture of them."""

import json
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.load.people import Visit


@dataclass(frozen=True, slots=True)
class Note:
    """An update, as the webhook has noted it; see :mod:`benchmarks.load.bot`."""

    at: float
    press: bool
    seconds: float
    own: float


@dataclass(frozen=True, slots=True)
class Sample:
    """Memory of the processes at a time."""

    at: float
    serve: float
    """MB."""
    worker: float
    """MB."""


@dataclass
class Report:
    """What was measured."""

    idle: Sequence[Note]
    """Of updates that came while nothing was computed."""
    busy: Sequence[Note]
    visits: Sequence[Visit]
    """Of those who took turns."""
    seconds: float
    """That they took."""
    crowd: Sequence[Visit]
    """Of the one with many pictures, in the order of presses."""
    singles: Sequence[Visit]
    """Of those with one each, who came after."""
    failed_calls: int
    memory: list[Sample] = field(default_factory=list)

    def lines(self) -> list[str]:
        """Return the figures, one a line."""
        waits = [visit.answered - visit.pressed for visit in self.visits if visit.answered]
        unanswered = [v for v in (*self.visits, *self.crowd, *self.singles) if not _done(v)]
        table = {
            "jobs done, a second": f"{len(waits) / self.seconds:.2f}",
            "pictures, taps, refused": f"{len(self.visits)}, {_sum(self.visits, 'presses')}, "
            f"{_sum(self.visits, 'refusals')}",
            "calls that failed": str(self.failed_calls),
            "without a result": str(len(unanswered)),
            "press to picture, s": _quantiles(waits),
            "webhook, ms": _quantiles([1e3 * note.seconds for note in self.busy]),
            "its own, idle, ms": _quantiles([1e3 * note.own for note in self.idle]),
            "its own, busy, ms": _quantiles([1e3 * note.own for note in self.busy]),
            "its own, presses, ms": _quantiles([1e3 * n.own for n in self.busy if n.press]),
            "own p99, busy / idle": f"{self._ratio():.1f}",
            "memory at most, MB": f"{max(s.serve for s in self.memory):.0f} and "
            f"{max(s.worker for s in self.memory):.0f} (worker)",
        }
        if self.singles:
            table["fairness"] = self._fairness()
        return [f"{name:<26}{value}" for name, value in table.items()]

    def plot(self, path: Path) -> None:
        """Draw answers, waiting and memory over time."""
        import matplotlib  # noqa: PLC0415  # a second

        matplotlib.use("Agg")
        from matplotlib import pyplot  # noqa: PLC0415

        start = min(sample.at for sample in self.memory)
        figure, (answers, waiting, memory) = pyplot.subplots(
            3, 1, figsize=(9, 9), sharex=True, layout="constrained"
        )
        for notes, label in ((self.idle, "nothing computed"), (self.busy, "computing")):
            times = [note.at - start for note in notes]
            answers.plot(times, [1e3 * note.own for note in notes], ".", label=label)
        answers.set(ylabel="webhook's own time, ms", ylim=(0, None))
        answers.legend()
        groups = ((self.visits, "in turns"), (self.crowd, "500 at once"), (self.singles, "singles"))
        for visits, label in groups:
            done = [(v.pressed - start, v.answered - v.pressed) for v in visits if v.answered]
            waiting.plot([x for x, _ in done], [y for _, y in done], ".", label=label)
        waiting.set(ylabel="press to picture, s", ylim=(0, None))
        waiting.legend()
        times = [sample.at - start for sample in self.memory]
        memory.plot(times, [sample.worker for sample in self.memory], label="worker")
        memory.plot(times, [sample.serve for sample in self.memory], label="serve")
        memory.set(ylabel="resident memory, MB", xlabel="seconds", ylim=(0, None))
        memory.legend()
        figure.savefig(path, dpi=100)

    def _ratio(self) -> float:
        return _quantile([n.own for n in self.busy], 99) / _quantile([n.own for n in self.idle], 99)

    def _fairness(self) -> str:
        """Say how many of the crowd's pictures came between a single's press and its result."""
        between = [
            sum(v.answered is not None and s.pressed < v.answered < s.answered for v in self.crowd)
            for s in self.singles
            if s.answered
        ]
        waits = [s.answered - s.pressed for s in self.singles if s.answered]
        left = [v.answered - v.pressed for v in self.crowd if v.answered]
        if not between:
            return "no single has a result"
        return (
            f"before one of {len(self.singles)} singles {max(between)} of the {len(self.crowd)} "
            f"at most; waiting s: {_quantiles(waits)}; the many: {_quantiles(left)}"
        )


def read_notes(path: Path) -> list[Note]:
    """Read what the webhook has noted."""
    return [Note(**json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines()]


def _done(visit: Visit) -> bool:
    return bool(visit.wish.messages("result"))


def _sum(visits: Iterable[Visit], name: str) -> int:
    return sum(getattr(visit, name) for visit in visits)


def _quantiles(values: Sequence[float]) -> str:
    return f"p50 {_quantile(values, 50):.1f}, p99 {_quantile(values, 99):.1f}"


def _quantile(values: Sequence[float], percent: int) -> float:
    if len(values) < 2:
        return values[0] if values else float("nan")
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]
