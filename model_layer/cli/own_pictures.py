"""Picture files on one's own machine, as the command line and the training read them. Light."""

from typing import Final

MAX_PIXELS: Final = 200_000_000
"""Of a picture that is decoded: generous, since nobody else sent it."""
