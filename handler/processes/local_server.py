"""The web application on a local socket: events meet the very server that requests meet."""

import asyncio
import logging
import socket
from collections.abc import Mapping
from typing import Any, Final, Self

from aiohttp import ClientSession, ClientTimeout, TCPConnector, web
from aiohttp.typedefs import Handler
from multidict import CIMultiDict, CIMultiDictProxy
from yarl import URL

from handler.observability.log_context import current_ids, log_context
from handler.processes.http_events import Request, response_event

HOST: Final = "127.0.0.1"
SERVER_KEEPALIVE: Final = 24 * 3600.0
"""The client gives an unused connection up long before, so it never meets one just closed."""

logger = logging.getLogger(__name__)


class LocalServer:
    """Serves an application in the running event loop, and asks it; connections are kept.

    Between two questions nothing happens: the loop may stand still.

    Args:
        app: started and stopped together with the server.
    """

    def __init__(self, app: web.Application) -> None:
        self._ids: Mapping[str, str] = {}
        self._seconds: float | None = None
        app.middlewares.insert(0, self._in_the_name_of_who_asks)
        self._runner = web.AppRunner(app, access_log=None, keepalive_timeout=SERVER_KEEPALIVE)
        self._client: ClientSession | None = None
        self._origin = ""

    async def start(self) -> Self:
        """Start the application and listen on any free port of this machine's own."""
        await self._runner.setup()
        door = socket.create_server((HOST, 0))
        self._origin = f"http://{HOST}:{door.getsockname()[1]}"
        await web.SockSite(self._runner, door).start()
        self._client = ClientSession(
            connector=TCPConnector(limit=0),
            timeout=ClientTimeout(total=None),  # the application's own time is limited
            auto_decompress=False,
            skip_auto_headers=("User-Agent", "Content-Type", "Accept", "Accept-Encoding"),
        )
        return self

    async def ask(self, request: Request, seconds: float | None = None) -> dict[str, Any]:
        """Return the application's answer, as an event.

        Args:
            request: what a client sent.
            seconds: after which the application is interrupted, has taken back what it began, and
                the answer is 503; None for no limit.
        """
        if self._client is None:
            raise RuntimeError("the server is not started")
        self._ids, self._seconds = current_ids(), seconds
        async with self._client.request(
            request.method,
            URL(self._origin + request.target, encoded=True),
            headers=request.headers,
            data=request.body or None,
            allow_redirects=False,
        ) as response:
            body = await response.read()
            return response_event(response.status, response.headers, body)

    @web.middleware
    async def _in_the_name_of_who_asks(
        self, request: web.Request, handler: Handler
    ) -> web.StreamResponse:
        """Answer with the ids and the time of who asks: a connection outlives a question."""
        with log_context(**self._ids):
            try:
                async with asyncio.timeout(self._seconds) as limit:
                    return await handler(request)
            except TimeoutError:
                if not limit.expired():
                    raise
                logger.warning("%s is interrupted: the time is up", request.path)
                return web.Response(status=503, text="Out of time")

    async def stop(self) -> None:
        """Stop listening, and stop the application."""
        if self._client:
            await self._client.close()
        await self._runner.cleanup()


def refusal(status: int, reason: str) -> dict[str, Any]:
    """Return an answer, as an event, to what is no request that a server could be asked."""
    headers = CIMultiDictProxy(CIMultiDict({"Content-Type": "text/plain; charset=utf-8"}))
    return response_event(status, headers, reason.encode())
