"""How OpenMP's threads should wait, and how many there should be: on a quiet and a crowded machine.

Each combination is the neon benchmark in a process of its own, one beside nobody, and one beside as
many busy neighbours as there are cores. They take turns, several rounds, and the best of each
counts: whatever else the machine does makes a figure worse, never better.
"""

import argparse
import multiprocessing
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final

POLICIES: Final = {
    "spin": {"OMP_WAIT_POLICY": "ACTIVE"},
    "default": {},
    "sleep": {"OMP_WAIT_POLICY": "PASSIVE", "KMP_BLOCKTIME": "0"},
}
"""What threads do that wait for each other; "sleep" is what the bot sets."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print a table."""
    cores = len(os.sched_getaffinity(0))
    parser = argparse.ArgumentParser(prog="python -m benchmarks.threads", description=__doc__)
    parser.add_argument("--threads", type=int, nargs="+", default=[1, cores], metavar="N",
                        help="default: 1 and all cores")  # fmt: skip
    parser.add_argument("--neighbours", type=int, default=cores, metavar="N",
                        help="busy processes when crowded; default: one a core")  # fmt: skip
    parser.add_argument("--repeats", type=int, default=5, metavar="N", help="default: 5")
    parser.add_argument("--rounds", type=int, default=2, metavar="N", help="default: 2")
    options = parser.parse_args(arguments)
    found: dict[tuple[str, int, str], float] = {}
    for _ in range(options.rounds):
        for policy in POLICIES:
            for threads in options.threads:
                for where, count in (("quiet", 0), ("crowded", options.neighbours)):
                    with neighbours(count):
                        now = milliseconds(POLICIES[policy], threads, options.repeats)
                    key = policy, threads, where
                    found[key] = min(now, found.get(key, now))
    print(f"neon, 1280×960, {cores} cores, {options.neighbours} busy neighbours when crowded, ms")
    print(f"{'threads wait by':<18}{'threads':>8}{'quiet':>10}{'crowded':>10}")
    for policy in POLICIES:
        for threads in options.threads:
            quiet, crowded = (found[policy, threads, where] for where in ("quiet", "crowded"))
            print(f"{policy:<18}{threads:>8}{quiet:>10.0f}{crowded:>10.0f}")
    return 0


def milliseconds(environment: dict[str, str], threads: int, repeats: int) -> float:
    """Return the median of the neon effect's time in a fresh process."""
    unset = {"OMP_WAIT_POLICY", "OMP_NUM_THREADS", "KMP_BLOCKTIME"}
    inherited = {name: value for name, value in os.environ.items() if name not in unset}
    run = subprocess.run(  # noqa: S603  # our own command
        [
            *(sys.executable, "-m", "benchmarks.neon", "--strength", "neon"),
            *("--threads", str(threads), "--repeats", str(repeats)),
        ],
        env={**inherited, **environment},
        check=True,
        capture_output=True,
        text=True,
    )
    line = next(line for line in run.stdout.splitlines() if line.startswith("total  "))
    return float(line.split()[-1])


@contextmanager
def neighbours(count: int) -> Iterator[None]:
    """Keep so many other processes busy."""
    processes = [multiprocessing.Process(target=spin, daemon=True) for _ in range(count)]
    for process in processes:
        process.start()
    try:
        yield
    finally:
        for process in processes:
            process.kill()
            process.join()


def spin() -> None:
    """Compute for ever."""
    while True:
        pass


if __name__ == "__main__":
    sys.exit(main())
