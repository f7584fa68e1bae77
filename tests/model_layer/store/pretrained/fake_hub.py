"""A local server laid out like the Hugging Face hub."""

import hashlib
from collections import Counter, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from aiohttp import web

from tests.model_layer.local_server import serve

COMMIT = "0123456789abcdef0123456789abcdef01234567"

Handler = Callable[[web.Request], web.StreamResponse]


class FakeHub:
    """Repositories and their files. Weights are sent from another address, as on the hub."""

    def __init__(self) -> None:
        self.files: dict[tuple[str, str], bytes] = {}
        self.sent: Counter[str] = Counter()
        """Answers with content, by file."""
        self.ranges: list[str] = []
        """Ranges asked for, when a download went on."""
        self.headers: list[dict[str, str]] = []
        self.on_download: deque[Handler] = deque()
        """Answers to the next downloads from the other address, instead of the right ones."""
        self.down = False
        self.commit: str | None = COMMIT
        self.address = ""

    def put(self, repository: str, file: str, data: bytes | str) -> None:
        self.files[repository, file] = data.encode() if isinstance(data, str) else data

    @contextmanager
    def run(self) -> Iterator["FakeHub"]:
        app = web.Application()
        app.router.add_get("/{owner}/{name}/resolve/{revision}/{file}", self._resolve)
        app.router.add_get("/cdn/{owner}/{name}/{file}", self._download)
        with serve(app) as self.address:
            yield self

    async def _resolve(self, request: web.Request) -> web.StreamResponse:
        self.headers.append(dict(request.headers))
        if self.down:
            raise web.HTTPServiceUnavailable
        part = request.match_info
        repository, file = f"{part['owner']}/{part['name']}", part["file"]
        if not any(known == repository for known, _ in self.files):
            return _missing("RepoNotFound", 401)
        if part["revision"] not in ("main", COMMIT):
            return _missing("RevisionNotFound")
        data = self.files.get((repository, file))
        if data is None:
            return _missing("EntryNotFound")
        etag = hashlib.sha256(data).hexdigest()
        headers = {"ETag": f'"{etag}"'} | ({"X-Repo-Commit": self.commit} if self.commit else {})
        if file.endswith(".pt"):
            headers |= {"X-Linked-Size": str(len(data)), "X-Linked-Etag": f'"{etag}"'}
            other = self.address.replace("127.0.0.1", "localhost")
            headers["Location"] = f"{other}/cdn/{repository}/{file}"
            return web.Response(status=302, headers=headers)
        if request.method == "GET":
            self.sent[file] += 1
        return web.Response(body=data, headers=headers)

    async def _download(self, request: web.Request) -> web.StreamResponse:
        part = request.match_info
        if self.on_download:
            return self.on_download.popleft()(request)
        data = self.files[f"{part['owner']}/{part['name']}", part["file"]]
        self.sent[part["file"]] += 1
        start = request.http_range.start
        if not start:
            return web.Response(body=data)
        self.ranges.append(request.headers["Range"])
        total = f"bytes {start}-{len(data) - 1}/{len(data)}"
        return web.Response(status=206, body=data[start:], headers={"Content-Range": total})


def _missing(code: str, status: int = 404) -> web.Response:
    return web.Response(status=status, headers={"X-Error-Code": code, "X-Repo-Commit": COMMIT})
