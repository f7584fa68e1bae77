"""Let everything go wrong at once, by a seed, and count who got an answer: ``--help``.

The bot is ``handler serve`` and its worker, as real processes, with an engine without networks.
They speak HTTP with a local Telegram whose answers fail, hang and get lost, and are killed and
restarted all the while. With ``--aws`` the queue and the table are those of a stand-in for AWS
behind a proxy that throttles, fails and loses answers.

What people do, which calls fail and how, and when a process is killed, follow from the seed;
which of two calls comes first does not: a seed repeats the mixture, not every second of it.
"""

import argparse
import asyncio
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.faults.mixture import Mixture


def main() -> int:
    """Run the mixture; returns 1 when a promise is broken."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.faults", description=__doc__)
    parser.add_argument("--seed", type=int, default=1, help="of all that happens by chance")
    parser.add_argument("--jobs", type=int, default=500, help="pictures that people send")
    parser.add_argument("--share", type=float, default=0.08, help="of the calls that fail, 0 to 1")
    parser.add_argument(
        "--seconds", type=float, default=1200, help="after which nobody sends another one"
    )
    parser.add_argument("--aws", action="store_true", help="keep jobs in SQS and DynamoDB (moto)")
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="faults-"))
    began = time.monotonic()
    mixture = Mixture(folder, options.seed, options.jobs, options.share, with_aws=options.aws)
    print(f"seed {options.seed}, {options.jobs} jobs; the log is {folder / 'bot.log'}", flush=True)
    report = asyncio.run(mixture.run(options.seconds))
    print(*report.lines(), f"{'seconds':<24}{time.monotonic() - began:.0f}", sep="\n")
    for broken in report.broken():
        print(f"BROKEN: {broken}")
    return 1 if report.broken() else 0


if __name__ == "__main__":
    sys.exit(main())
