"""Filling a folder with pictures that Flickr finds."""

import hashlib
from collections import Counter, deque
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass, field
from typing import Final

from model_layer.images import Decoded, ImageError, decode
from training.collect.collection import Collection, Entry
from training.collect.duplicates import Seen, perceptual_hash
from training.collect.flickr import Flickr, FlickrError, Query
from training.collect.licences import Licence
from training.collect.photo import Photo, Size
from training.collect.polite import FetchError, PoliteClient, TemporaryError

MAX_BYTES: Final = 50_000_000
MAX_PIXELS: Final = 100_000_000
FAILURES_IN_A_ROW: Final = 3
"""After so many photos that could not be had, though tried often, the server is thought down."""
_FORMATS: Final = {"JPEG": ".jpg", "PNG": ".png", "WEBP": ".webp"}
_UNAVAILABLE: Final = "photo_unavailable"  # the picture that Flickr sends in place of a deleted one


@dataclass(frozen=True)
class Wish:
    """What to gather."""

    queries: tuple[Query, ...]
    """Asked in turns, so that each has its share."""
    count: int
    """Pictures that are to be in the folder in the end."""
    short_side: int = 768
    """Pixels; the smallest file that has so many is fetched."""
    smallest: int = 256
    """Pixels; pictures with a shorter short side are skipped."""
    any_licence: bool = False


@dataclass
class Tally:
    """What became of the photos that were met."""

    added: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    """Numbers of photos by reason."""


class _SkipError(Exception):
    """A photo is not kept.

    Args:
        reason: a few words, the same for all such photos.
        final: looking at the photo again cannot change that.
    """

    def __init__(self, reason: str, *, final: bool = False) -> None:
        super().__init__(reason)
        self.reason, self.final = reason, final


class Gatherer:
    """Gathers pictures, one by one.

    Args:
        client: fetches the pictures.
        flickr: finds them.
        collection: takes them in.
        tally: is kept; right also after :meth:`run` was interrupted.
        on_added: called after each picture taken in.
    """

    def __init__(
        self,
        client: PoliteClient,
        flickr: Flickr,
        collection: Collection,
        tally: Tally,
        on_added: Callable[[], object] = lambda: None,
    ) -> None:
        self._client = client
        self._flickr = flickr
        self._collection = collection
        self._tally = tally
        self._on_added = on_added
        self._failures = 0
        self._met: set[str] = set()
        self._seen = Seen()
        for entry in collection.entries:
            self._seen.add(int(entry.perceptual_hash, 16), entry.photo_id)

    async def run(self, wish: Wish) -> None:
        """Gather until there are enough pictures, or Flickr has no more.

        Raises:
            FetchError: Flickr or its pictures cannot be had; what is in the folder stays, and
                another run goes on from there.
            OSError: the folder cannot be written.
        """
        if len(self._collection) >= wish.count:
            return
        licences = await self._flickr.licences()
        free = [licence.id for licence in licences.values() if licence.free]
        if not free and not wish.any_licence:
            raise FlickrError("Flickr names no free licence")
        wanted = [] if wish.any_licence else free
        async for photo in _in_turns(self._flickr.photos(query, wanted) for query in wish.queries):
            if photo is None:
                self._tally.skipped["malformed entry"] += 1
            elif photo.id not in self._met and not self._collection.has(photo.id):
                self._met.add(photo.id)
                await self._consider(photo, licences.get(photo.licence), wish)
            if len(self._collection) >= wish.count:
                return

    async def _consider(self, photo: Photo, licence: Licence | None, wish: Wish) -> None:
        try:
            size = self._choose(photo, licence, wish)
            picture = _check(await self._fetch(size), wish.smallest)
            if self._seen.like(picture.hash):
                raise _SkipError("looks like another", final=True)
        except _SkipError as skip:
            self._tally.skipped[skip.reason] += 1
            if skip.final:
                self._collection.skip(photo.id, skip.reason)
            return
        self._collection.add(_entry(photo, licence, size, picture), picture.data)
        self._seen.add(picture.hash, photo.id)
        self._tally.added += 1
        self._on_added()

    def _choose(self, photo: Photo, licence: Licence | None, wish: Wish) -> Size:
        """Pick the file to fetch, going by what Flickr tells."""
        if not wish.any_licence and not (licence and licence.free):
            raise _SkipError("licence not free")
        if reason := self._collection.why_skipped(photo.id):
            raise _SkipError(f"{reason} (known from before)")
        size = photo.size(wish.short_side)
        if size is None:
            raise _SkipError("no file to be had")
        if size.short_side < wish.smallest:
            raise _SkipError("too small")
        return size

    async def _fetch(self, size: Size) -> bytes:
        try:
            answer = await self._client.get(size.url, MAX_BYTES)
        except TemporaryError as error:
            self._failures += 1
            if self._failures >= FAILURES_IN_A_ROW:
                raise FetchError(f"{error}; run the same command later to go on") from error
            raise _SkipError("could not be fetched") from error
        except FetchError as error:
            raise _SkipError("no file to be had") from error
        self._failures = 0
        if answer.url.name.startswith(_UNAVAILABLE):
            raise _SkipError("no file to be had")
        return answer.data


@dataclass(frozen=True)
class _Picture:
    data: bytes
    decoded: Decoded
    hash: int


def _check(data: bytes, smallest: int) -> _Picture:
    try:
        decoded = decode(data, MAX_PIXELS)
    except ImageError as error:
        raise _SkipError("broken picture", final=True) from error
    if min(decoded.image.size) < smallest:
        raise _SkipError("too small")
    return _Picture(data, decoded, perceptual_hash(decoded.image))


def _entry(photo: Photo, licence: Licence | None, size: Size, picture: _Picture) -> Entry:
    image = picture.decoded.image
    return Entry(
        photo_id=photo.id,
        title=photo.title,
        author=photo.author,
        licence=licence.name if licence else "unknown",
        licence_url=licence.url if licence else "",
        page_url=photo.page,
        file_url=size.url,
        sha256=hashlib.sha256(picture.data).hexdigest(),
        perceptual_hash=f"{picture.hash:016x}",
        width=str(image.width),
        height=str(image.height),
        file=photo.id + _FORMATS[picture.decoded.format],
    )


async def _in_turns(
    streams: Iterable[AsyncIterator[Photo | None]],
) -> AsyncIterator[Photo | None]:
    """Yield one from each stream, and again, until all have ended."""
    waiting = deque(streams)
    while waiting:
        stream = waiting.popleft()
        try:
            photo = await anext(stream)
        except StopAsyncIteration:
            continue
        waiting.append(stream)
        yield photo
