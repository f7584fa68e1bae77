"""A clock that tests set."""


class Clock:
    """Gives Unix time, in seconds, that stands still until it is changed."""

    def __init__(self) -> None:
        self.now = 1_700_000_000.25

    def __call__(self) -> float:
        return self.now
