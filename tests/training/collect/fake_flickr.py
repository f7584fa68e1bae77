"""A local server that answers like Flickr's API, and sends the pictures it lists."""

import io
import json
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from aiohttp import web
from PIL import Image

from tests.model_layer.local_server import serve
from tests.training.pictures import noise

KEY = "0123456789abcdef0123456789abcdef"
CC_BY, RESERVED, CC_BY_NC, CC_BY_4, COMMONS = "4", "0", "2", "11", "7"
LICENCES = {
    "0": ("All Rights Reserved", ""),
    "2": ("Attribution-NonCommercial License", "https://creativecommons.org/licenses/by-nc/2.0/"),
    "4": ("Attribution License", "https://creativecommons.org/licenses/by/2.0/"),
    "6": ("Attribution-NoDerivs License", "https://creativecommons.org/licenses/by-nd/2.0/"),
    "7": ("No known copyright restrictions", "https://www.flickr.com/commons/usage/"),
    "9": ("Public Domain Dedication (CC0)", "https://creativecommons.org/publicdomain/zero/1.0/"),
    "11": ("CC BY 4.0", "https://creativecommons.org/licenses/by/4.0/"),
}
GROUP = "34427469792@N01"

Handler = Callable[[web.Request], web.StreamResponse]


def jpeg(seed: int, width: int = 400, height: int = 300, quality: int = 90) -> bytes:
    """A picture that looks unlike those of other seeds, and like those of its own."""
    buffer = io.BytesIO()
    Image.fromarray(noise(width, height, seed)).save(buffer, "JPEG", quality=quality)
    return buffer.getvalue()


def fail(code: int, message: str, status: int = 200) -> Handler:
    """An answer of the API that refuses."""
    return lambda _: _json({"stat": "fail", "code": code, "message": message}, status)


def status(number: int, headers: Mapping[str, str] | None = None) -> Handler:
    """An answer without content."""
    return lambda _: web.Response(status=number, headers=headers)


def content(text: str) -> Handler:
    """An answer of another kind."""
    return lambda _: web.Response(text=text)


class FakeFlickr:
    """Flickr, with the photos that a test adds."""

    def __init__(self) -> None:
        self.photos: list[dict[str, Any]] = []
        self.page_size = 250
        self.endless = False
        """Lists further photos, none of them free, on every further page."""
        self.on_call: deque[Handler] = deque()
        """Answers to the next calls, instead of the right ones."""
        self.on_picture: dict[str, Handler] = {}
        """Answers to requests for pictures, by path."""
        self.calls: list[dict[str, str]] = []
        self.sent: Counter[str] = Counter()
        """Requests for pictures, by file name."""
        self.urls: list[str] = []
        self.address = ""
        self._files: dict[str, bytes] = {}

    def add(self, data: bytes | None = None, /, **changes: Any) -> dict[str, Any]:
        """List a photo; by default a free one of 400 × 300 pixels in one size."""
        number = str(5_000_000_001 + len(self.photos))
        entry = {
            "id": number, "owner": "66956608@N06", "ownername": "An Author", "title": "neon rain",
            "license": CC_BY, "url_l": self.file(f"{number}_b.jpg", data or jpeg(len(self.photos))),
            "width_l": 400, "height_l": "300", **changes,
        }  # fmt: skip
        self.photos.append(entry)
        return entry

    def file(self, name: str, data: bytes) -> str:
        """Serve a file; returns its address."""
        self._files[name] = data
        return f"{self.address}/files/{name}"

    @contextmanager
    def run(self) -> Iterator["FakeFlickr"]:
        app = web.Application()
        app.router.add_route("*", "/services/rest/", self._rest)
        app.router.add_get("/{folder:files|gone}/{name}", self._picture)
        with serve(app) as self.address:
            self.file("photo_unavailable_l.png", jpeg(999))
            yield self

    @property
    def api(self) -> str:
        return f"{self.address}/services/rest/"

    async def _rest(self, request: web.Request) -> web.StreamResponse:
        self.urls.append(str(request.url))
        form = {key: str(value) for key, value in (await request.post()).items()}
        self.calls.append(form)
        if self.on_call:
            return self.on_call.popleft()(request)
        if form.get("api_key") != KEY:
            return fail(100, f"Invalid API Key (Key not found: {form.get('api_key')})")(request)
        method = form["method"].removeprefix("flickr.")
        answers = {
            "photos.licenses.getInfo": self._licences,
            "photos.search": self._search,
            "groups.pools.getPhotos": self._pool,
            "urls.lookupGroup": self._group,
        }
        return answers[method](form)

    def _licences(self, form: dict[str, str]) -> web.StreamResponse:
        rows = [{"id": int(k), "name": n, "url": u} for k, (n, u) in LICENCES.items()]
        return _json({"licenses": {"license": rows}, "stat": "ok"})

    def _search(self, form: dict[str, str]) -> web.StreamResponse:
        return self._page(form, [photo for photo in self.photos if _fits(photo, form)])

    def _pool(self, form: dict[str, str]) -> web.StreamResponse:
        if form["group_id"] != GROUP:
            return _json({"stat": "fail", "code": 1, "message": "Group not found"})
        return self._page(form, self.photos)

    def _group(self, form: dict[str, str]) -> web.StreamResponse:
        if not form["url"].endswith("/groups/neon/"):
            return _json({"stat": "fail", "code": 1, "message": "Group not found"})
        group = {"id": GROUP, "groupname": {"_content": "Neon"}}
        return _json({"group": group, "stat": "ok"})

    def _page(self, form: dict[str, str], found: list[dict[str, Any]]) -> web.Response:
        size = min(self.page_size, int(form["per_page"]))
        number = int(form["page"])
        pages = -(-len(found) // size)
        shown = found[(number - 1) * size : number * size]
        if self.endless and number > pages:
            shown = [{"id": str(number), "owner": "1@N01", "license": RESERVED}]
        elif number > pages:  # as Flickr does after 4,000 results
            shown = found[(pages - 1) * size :]
        return _json({
            "photos": {
                "page": number, "pages": 10**6 if self.endless else pages, "perpage": size,
                "total": str(len(found)), "photo": shown,
            },
            "stat": "ok",
        })  # fmt: skip

    async def _picture(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["name"]
        self.urls.append(str(request.url))
        self.sent[name] += 1
        if name in self.on_picture:
            return self.on_picture[name](request)
        if name not in self._files:
            raise web.HTTPNotFound
        return web.Response(body=self._files[name], content_type="image/jpeg")


def _fits(photo: dict[str, Any], form: dict[str, str]) -> bool:
    if "license" in form and str(photo.get("license")) not in form["license"].split(","):
        return False
    if "tags" in form:
        return all(tag in str(photo.get("tags", "")).split() for tag in form["tags"].split(","))
    return all(word in str(photo.get("title", "")).split() for word in form["text"].split())


def _json(value: Any, status: int = 200) -> web.Response:
    return web.Response(text=json.dumps(value), content_type="application/json", status=status)
