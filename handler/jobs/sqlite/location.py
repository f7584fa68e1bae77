"""Where the store lies, and whether what it keeps will outlive the machine's next start."""

import os
import tempfile
from pathlib import Path
from typing import Final

from handler.jobs.sqlite.database import IN_MEMORY

FILE_NAME: Final = "neon-bot.db"
ROOT: Final = Path("/")
CONTAINER_MARKS: Final = (Path("/.dockerenv"), Path("/run/.containerenv"))


def locate(store: str | None) -> str:
    """Return the path of the store: what was set, or what comes nearest to it.

    Where nothing can be written into the folder, as in a container without a volume, a file among
    the temporary ones is taken, and where there is no room for those either, memory.

    Args:
        store: what was set; None for a file next to the process.
    """
    if store == IN_MEMORY:
        return IN_MEMORY
    wanted = Path(store or FILE_NAME).absolute()
    if not wanted.parent.is_dir():
        return str(wanted)  # a mistake, which is told when it is opened
    for folder in (wanted.parent, Path(tempfile.gettempdir())):
        if os.access(folder, os.W_OK):
            return str(folder / wanted.name)
    return IN_MEMORY


def durability_warning(path: str) -> str | None:
    """Say why jobs will not survive in a store, in one line; None when they will."""
    if path == IN_MEMORY:
        return "jobs are kept in memory and will not survive this process"
    folder = Path(path).resolve().parent
    if folder == Path(tempfile.gettempdir()).resolve():
        return f"jobs are kept in {path}, among temporary files, and may not survive a restart"
    in_container = any(mark.exists() for mark in CONTAINER_MARKS)
    if in_container and folder.stat().st_dev == ROOT.stat().st_dev:
        return (
            f"jobs are kept in {path}, inside the container, and will not survive it: "
            "mount a volume and set STORE to a file there"
        )
    return None
