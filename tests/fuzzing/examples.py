"""How many examples, and where those that failed once are kept, to be tried first."""

import os
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis.database import DirectoryBasedExampleDatabase

KEPT = Path(__file__).with_name("kept")
"""Belongs into the repository, as long as there is anything in it."""

fuzzing = settings(
    max_examples=int(os.environ.get("FUZZ_EXAMPLES", "500")),
    derandomize=False,
    database=DirectoryBasedExampleDatabase(KEPT),
    deadline=None,
    print_blob=True,
    suppress_health_check=list(HealthCheck),
)
