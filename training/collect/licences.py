"""Which of Flickr's licences are free: the picture may be used and changed by anyone.

Recognised by the address of their text. Flickr's numbers for them have been added to over the
years (version 4.0 of the Creative Commons licences has its own), the addresses stay.
"""

from dataclasses import dataclass
from urllib.parse import urlsplit

_FREE_OF_CREATIVE_COMMONS = (
    "/licenses/by/",
    "/licenses/by-sa/",
    "/publicdomain/zero/",
    "/publicdomain/mark/",
)


@dataclass(frozen=True)
class Licence:
    """A licence as Flickr describes it."""

    id: str
    name: str
    url: str
    """Of its text; empty for all rights reserved."""

    @property
    def free(self) -> bool:
        """CC0, public domain, CC BY, CC BY-SA, US government, or no known restrictions."""
        address = urlsplit(self.url)
        host = (address.hostname or "").removeprefix("www.")
        if host == "creativecommons.org":
            return address.path.startswith(_FREE_OF_CREATIVE_COMMONS)
        if host == "flickr.com":  # "no known copyright restrictions", of museums and archives
            return address.path.startswith("/commons/usage")
        return host == "usa.gov"
