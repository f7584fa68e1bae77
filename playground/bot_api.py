"""The Bot API over HTTP: routes, faults on demand, and a record of every call."""

from __future__ import annotations

import hmac
import time
from collections import deque
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from playground.errors import ApiError
from playground.events import Event
from playground.faults import Fault, FaultPlan
from playground.flood import FloodControl
from playground.methods import METHODS, Invocation
from playground.parameters import parse_parameters
from playground.request_body import Body, Upload, read_body
from playground.state import State

CALLS_KEPT = 5000
DOWNLOAD = "download"
"""Names the fetching of a file among the methods that may fail."""


@dataclass(frozen=True)
class Call:
    """A call that the bot made.

    Attributes:
        method: as Telegram spells it ("sendMessage").
        params: converted parameters; an uploaded file shows as {"file_name", "content_type",
            "size"}, without its bytes.
        time: ``time.monotonic()`` when it was answered.
        ok: whether it succeeded.
        error: the answer's description when it did not.
        fault: what became of the answer, where it did not arrive as it should.
        message_id: of the message that was sent or edited.
    """

    method: str
    params: dict[str, Any]
    time: float
    ok: bool
    error: str | None = None
    fault: str | None = None
    message_id: int | None = None


@dataclass
class BotApi:
    """Executes the methods of the Bot API.

    Attributes:
        calls: what the bot has called, oldest first; the oldest of very many are dropped.
        flood: how fast the bot may write.
        faults: what goes wrong on the way.
    """

    state: State
    token: str = field(repr=False)
    calls: deque[Call] = field(default_factory=lambda: deque(maxlen=CALLS_KEPT))
    flood: FloodControl = field(default_factory=FloodControl)
    faults: FaultPlan = field(default_factory=FaultPlan)

    def routes(self) -> list[web.RouteDef]:
        """Return the routes of the Bot API's two addresses."""
        return [
            web.route("*", "/bot{token:[^/]+}/{method}", self._answer_call),
            web.get("/file/bot{token:[^/]+}/{path:.+}", self._answer_download),
        ]

    def fail_next(self, name: str, fault: ApiError | Fault, times: int = 1) -> None:
        """Let the next calls of a method (or of "download") fail; plans follow one another."""
        if name.lower() not in METHODS and name != DOWNLOAD:
            raise ValueError(f"the playground knows no method {name}")
        self.faults.add(name, fault, times)

    def recover(self) -> None:
        """Let no more calls fail."""
        self.faults = FaultPlan()

    async def execute(
        self, name: str, body: Body, refusal: ApiError | None = None, lost_by: str | None = None
    ) -> Any:
        """Run a method, or refuse it; ApiError when it is refused.

        Args:
            name: of the method, in any case.
            body: its parameters.
            refusal: is raised instead of running it.
            lost_by: the fault that the answer will meet, for the record.
        """
        method = METHODS.get(name.lower())
        params: dict[str, Any] = dict(body.fields)
        try:
            if method is None:
                raise ApiError(404, "Not Found")
            parameters = parse_parameters(body, method.types, method.ignored)
            params = {key: _without_bytes(value) for key, value in parameters.values.items()}
            if refusal is not None:
                raise refusal
            if method.sends:
                self.flood.admit(parameters.get("chat_id"))
            result = await method.handler(Invocation(self.state, parameters))
        except ApiError as error:
            self._record(method.name if method else name, params, error.description)
            raise
        message_id = result.get("message_id") if isinstance(result, dict) else None
        self._record(method.name, params, None, lost_by, message_id)
        return result

    def _record(
        self,
        name: str,
        params: dict[str, Any],
        error: str | None,
        fault: str | None = None,
        message_id: int | None = None,
    ) -> None:
        call = Call(name, params, time.monotonic(), error is None, error, fault, message_id)
        self.calls.append(call)
        self.state.events.publish(Event("call", None, call, call.time))

    def _check_token(self, request: web.Request) -> None:
        given = request.match_info["token"].encode()
        if not hmac.compare_digest(given, self.token.encode()):
            raise ApiError(401, "Unauthorized")

    async def _answer_call(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["method"]
        fault = self.faults.take(name)
        if not isinstance(fault, Fault):
            return await self._call(request, fault)
        whole = web.Response()
        if fault.takes_effect:
            whole = await self._call(request, None, fault.kind)
        else:
            async for _ in request.content.iter_any():
                """A gateway, too, takes the whole request before it fails."""
            method = METHODS.get(name.lower())
            self._record(method.name if method else name, {}, fault.kind)
        return await fault.answer(request, whole)

    async def _call(
        self, request: web.Request, refusal: ApiError | None, lost_by: str | None = None
    ) -> web.Response:
        try:
            self._check_token(request)
            if request.method not in {"GET", "POST"}:
                raise ApiError(405, "Method Not Allowed")
            body = await read_body(request.headers, request.content)
            body = Body({**request.query, **body.fields}, body.uploads)
            result = await self.execute(request.match_info["method"], body, refusal, lost_by)
        except ApiError as error:
            return web.json_response(error.body(), status=error.error_code)
        return web.json_response({"ok": True, "result": result})

    async def _answer_download(self, request: web.Request) -> web.StreamResponse:
        fault = self.faults.take(DOWNLOAD)
        try:
            self._check_token(request)
            if isinstance(fault, ApiError):
                raise fault
            file = self.state.files.at_path(request.match_info["path"])
            if file is None:
                raise ApiError(404, "Not Found")
        except ApiError as error:
            return web.json_response(error.body(), status=error.error_code)
        whole = web.Response(body=file.data, content_type="application/octet-stream")
        return whole if fault is None else await fault.answer(request, whole)


def _without_bytes(value: Any) -> Any:
    if isinstance(value, Upload):
        return {
            "file_name": value.file_name,
            "content_type": value.content_type,
            "size": len(value.data),
        }
    return value
