"""Settings that all tests share."""

from hypothesis import settings

pytest_plugins = ["tests.aws"]

# Deterministic, and never judged by the clock: the machine may be busy.
settings.register_profile("repeatable", derandomize=True, deadline=None)
settings.load_profile("repeatable")
