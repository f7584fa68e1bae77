"""Flickr's REST API, as far as gathering pictures needs it.

Source: https://www.flickr.com/services/api/. Requests are sent as forms, so that the key is in no
address, hence in no log of a proxy and in no error message.
"""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeVar

from pydantic import BaseModel, Field, ValidationError

from training.collect.licences import Licence
from training.collect.photo import EXTRAS, Photo
from training.collect.polite import FetchError, PoliteClient, TemporaryError

ADDRESS: Final = "https://api.flickr.com/services/rest/"
PAGE_SIZE: Final = 250
MAX_PAGES = 200
"""Of one search: no answer, however odd, makes it endless."""
MAX_ANSWER: Final = 10_000_000  # bytes

_INVALID_KEY: Final = 100
_TEMPORARY: Final = frozenset({105, 106})  # service unavailable, operation failed


_Answer = TypeVar("_Answer", bound=BaseModel)


class FlickrError(FetchError):
    """Flickr refuses, or what answers is not Flickr; the text is one line without the key."""


@dataclass(frozen=True)
class Query:
    """What to look for."""

    kind: Literal["text", "tag", "group"]
    value: str
    """Words; tags separated by commas, all of which a photo has; a group's id, name or address."""


class Flickr:
    """Asks Flickr.

    Args:
        client: to ask with.
        key: of the API.
        address: of the API.
    """

    def __init__(self, client: PoliteClient, key: str, address: str = ADDRESS) -> None:
        self._client = client
        self._key = key
        self._address = address

    async def licences(self) -> dict[str, Licence]:
        """Return the licences that photos can have, by id.

        Raises:
            FetchError: Flickr cannot be reached, or refuses.
        """
        answer = await self._call("flickr.photos.licenses.getInfo", {}, _Licences)
        found = (Licence(each.id, each.name, each.url) for each in answer.licenses.license)
        return {licence.id: licence for licence in found}

    async def photos(self, query: Query, licences: list[str]) -> AsyncIterator[Photo | None]:
        """Yield what a search finds, each photo once; None for an entry that cannot be read.

        Args:
            query: what to look for.
            licences: ids that Flickr limits a search to; empty for any. In a group's pool Flickr
                does not look at them.

        Raises:
            FetchError: Flickr cannot be reached, or refuses.
        """
        method, form = await self._search(query, licences)
        form |= {"extras": EXTRAS, "per_page": str(PAGE_SIZE)}
        seen: set[str] = set()
        for number in range(1, MAX_PAGES + 1):
            page = (await self._call(method, {**form, "page": str(number)}, _Photos)).photos
            found = [Photo.from_entry(entry) for entry in page.photo]
            # After some 4,000 results Flickr repeats the last page for ever.
            if not any(photo and photo.id not in seen for photo in found):
                return
            for photo in found:
                if photo is None or photo.id not in seen:
                    seen |= {photo.id} if photo else set()
                    yield photo
            if number >= page.pages:
                return

    async def _search(self, query: Query, licences: list[str]) -> tuple[str, dict[str, str]]:
        """Return the method and the form for a query."""
        if query.kind == "group":
            return "flickr.groups.pools.getPhotos", {"group_id": await self._group(query.value)}
        form = {"media": "photos", "safe_search": "1", "sort": "relevance"}
        if licences:
            form["license"] = ",".join(licences)
        if query.kind == "tag":
            return "flickr.photos.search", {**form, "tags": query.value, "tag_mode": "all"}
        return "flickr.photos.search", {**form, "text": query.value}

    async def _group(self, name: str) -> str:
        """Return the id of a group given by its id, name or address."""
        if "@N" in name:
            return name
        url = name if "/" in name else f"https://www.flickr.com/groups/{name}/"
        return (await self._call("flickr.urls.lookupGroup", {"url": url}, _Group)).group.id

    async def _call(self, method: str, form: dict[str, str], kind: type[_Answer]) -> _Answer:
        async def once() -> Any:
            sent = {"method": method, "format": "json", "nojsoncallback": "1", **form}
            sent["api_key"] = self._key
            return self._read((await self._client.post(self._address, sent, MAX_ANSWER)).data)

        try:
            return kind.model_validate(await self._client.persist(once))
        except ValidationError as error:
            where = ".".join(map(str, error.errors()[0]["loc"]))
            raise FlickrError(f"{method}: not the answer of Flickr's API ({where})") from None

    def _read(self, data: bytes) -> Any:
        """Parse an answer.

        Raises:
            TemporaryError: Flickr asks to come again.
            FlickrError: Flickr refuses, or the answer cannot be parsed.
        """
        try:
            answer = _Status.model_validate(json.loads(data))
        except ValueError:
            raise FlickrError("not the answer of Flickr's API (no JSON)") from None
        if answer.stat == "ok":
            return json.loads(data)
        message = " ".join(answer.message.replace(self._key, "…").split())[:200]
        said = f"{message} (code {answer.code})"
        if answer.code in _TEMPORARY:
            raise TemporaryError(f"Flickr: {said}")
        if answer.code == _INVALID_KEY:
            raise FlickrError(f"Flickr does not accept the key in FLICKR_API_KEY: {said}")
        raise FlickrError(f"Flickr: {said}")


class _Status(BaseModel):
    stat: str
    code: int = 0
    message: str = ""


class _Licence(BaseModel, coerce_numbers_to_str=True):
    id: str
    name: str
    url: str = ""


class _LicenceList(BaseModel):
    license: list[_Licence]


class _Licences(BaseModel):
    licenses: _LicenceList


class _Page(BaseModel):
    pages: int = Field(ge=0)
    photo: list[Any]


class _Photos(BaseModel):
    photos: _Page


class _GroupId(BaseModel):
    id: str


class _Group(BaseModel):
    group: _GroupId
