"""The playground: Telegram's Bot API and a chat page, on one local port."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

from aiohttp import web

from playground.bot_api import CALLS_KEPT, BotApi, Call
from playground.chat_api import ChatApi
from playground.errors import ApiError
from playground.faults import Fault, FaultPlan
from playground.files import MAX_FILES
from playground.gatekeeper import add_headers, gatekeeper
from playground.group import Group
from playground.person import Person
from playground.state import State
from playground.webhook import Delivery

PAGE = Path(__file__).parent / "page"


class Playground:
    """A local stand-in for Telegram with one bot; an asynchronous context manager.

    Args:
        token: the bot's token, number:text.
        host: where to listen; anything but the own machine lets others in, unprotected.
        port: 0 takes a free one.
        webhook_timeout: seconds that the bot has to answer an update (Telegram waits for 60).
        retry_delay: seconds before an update is repeated for the first time.
        callback_lifetime: seconds within which the bot has to answer a pressed button.
        files_kept: files that are known; the oldest of more are dropped.
        calls_kept: of the bot's calls; the oldest of more are dropped.
        faults: what goes wrong; by default only what :meth:`fail_next` plans.
    """

    def __init__(
        self,
        token: str = "1000:playground-token",  # noqa: S107 - opens nothing but this playground
        host: str = "127.0.0.1",
        port: int = 0,
        *,
        webhook_timeout: float = 60.0,
        retry_delay: float = 0.5,
        callback_lifetime: float = 15.0,
        files_kept: int = MAX_FILES,
        calls_kept: int = CALLS_KEPT,
        faults: FaultPlan | None = None,
    ) -> None:
        self.token = token
        self._host = host
        self._port = port
        self._state = State(token)
        self._state.webhook.timeout = webhook_timeout
        self._state.webhook.retry_delay = retry_delay
        self._state.webhook.deliveries = deque(maxlen=calls_kept)
        self._state.callbacks.lifetime = callback_lifetime
        self._state.files.max_files = files_kept
        self._bot_api = BotApi(
            self._state, token, deque(maxlen=calls_kept), faults=faults or FaultPlan()
        )
        self._people: dict[int, Person] = {}
        self._runner: web.AppRunner | None = None
        self.url = ""

    async def start(self) -> None:
        """Open the port and set `url`; OSError when it is taken."""
        application = web.Application(middlewares=[gatekeeper(self._host)])
        application.on_response_prepare.extend([_keep_page_fresh, add_headers])
        application.add_routes(self._bot_api.routes())
        application.add_routes(ChatApi(self, self._state, PAGE).routes())
        # No access log: the Bot API's addresses hold the token.
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, self._host, self._port).start()
        except OSError:
            await self._runner.cleanup()
            raise
        self._port = self._runner.addresses[0][1]
        host = f"[{self._host}]" if ":" in self._host else self._host
        self.url = f"http://{host}:{self._port}"
        await self._state.webhook.start(self._bot_api.execute)

    async def stop(self) -> None:
        """End deliveries, long polls and event streams, and close the port."""
        await self._state.webhook.stop()
        self._state.updates.end_poll("closed")
        self._state.events.close()
        if self._runner is not None:
            await self._runner.cleanup()

    async def __aenter__(self) -> Playground:
        await self.start()
        return self

    async def __aexit__(
        self,
        exception_type: type[BaseException] | None,
        exception: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.stop()

    def person(self, name: str = "Alice", language: str = "en") -> Person:
        """Add a person with a chat of their own."""
        chat = self._state.add_person(name, language)
        return self.person_of(chat.id)

    def person_of(self, chat_id: int) -> Person:
        """Return the person whose chat this is; LookupError when there is none."""
        chat = self._state.chats.get(chat_id)
        if chat is None or not chat.is_private:
            raise LookupError("no such chat")
        if chat_id not in self._people:
            self._people[chat_id] = Person(self._state, chat.members[0], chat)
        return self._people[chat_id]

    def group(self, title: str, *people: Person, hears_all: bool = False) -> Group:
        """Make a group of people and the bot, which is told of it.

        Args:
            title: of the group.
            people: at least one; the first makes the group.
            hears_all: whether the bot's privacy mode is off, so that it gets every message; else
                only commands, replies to its messages, and what mentions it.
        """
        chat = self._state.add_group(title, [p.user for p in people], hears_all=hears_all)
        group = Group(self._state, chat)
        group.announce()
        return group

    def group_of(self, chat_id: int) -> Group:
        """Return a group by its id; LookupError when there is none."""
        chat = self._state.chats.get(chat_id)
        if chat is None or chat.is_private:
            raise LookupError("no such chat")
        return Group(self._state, chat)

    def name_file(self, file_id: str, name: str) -> None:
        """Let a file be known by another file_id too, such as one in a sample event."""
        self._state.files.aliases[name] = file_id

    def open_query(self, person: Person, query_id: str) -> None:
        """Let a person have pressed a button: the bot may answer the query."""
        self._state.callbacks.open(person.id, query_id)

    @property
    def calls(self) -> list[Call]:
        """Every Bot API call that was answered, oldest first."""
        return list(self._bot_api.calls)

    @property
    def deliveries(self) -> list[Delivery]:
        """Every try to bring an update to the webhook, oldest first."""
        return list(self._state.webhook.deliveries)

    @property
    def pending_updates(self) -> int:
        """How many updates the bot has not taken yet, as getWebhookInfo has it."""
        return len(self._state.updates)

    async def wait_for_call(
        self,
        condition: str | Callable[[Call], object],
        timeout: float = 30.0,  # noqa: ASYNC109
    ) -> Call:
        """Return the first call of a method, or the first that fulfils a condition.

        Raises:
            TimeoutError: there was none, and none came within `timeout` seconds.
        """

        def probe() -> Call | None:
            for call in self._bot_api.calls:
                if call.method == condition if isinstance(condition, str) else condition(call):
                    return call
            return None

        try:
            return await self._state.events.wait_until(probe, timeout)
        except TimeoutError as error:
            seen = ", ".join(call.method for call in self._bot_api.calls) or "nothing"
            raise TimeoutError(f"no such call; the bot called {seen}") from error

    def fail_next(self, method: str, fault: ApiError | Fault, times: int = 1) -> None:
        """Let the next `times` calls of a method, or "download"s, fail; ValueError if unknown.

        Calls that come over HTTP: what the bot writes into the answer to an update cannot fail.
        """
        self._bot_api.fail_next(method, fault, times)

    def planned_faults(self, method: str) -> int:
        """Count the calls of a method that are still to fail, as :meth:`fail_next` has it."""
        return self._bot_api.faults.planned(method)

    def recover(self) -> None:
        """Let no more calls fail, whatever :meth:`fail_next` has planned."""
        self._bot_api.recover()

    def set_rate_limit(
        self, per_chat_per_second: float | None = None, per_second: float | None = None
    ) -> None:
        """Answer 429 when the bot writes faster; None lifts a limit (the default)."""
        self._bot_api.flood.per_chat_per_second = per_chat_per_second
        self._bot_api.flood.per_second = per_second


async def _keep_page_fresh(request: web.Request, response: web.StreamResponse) -> None:
    """Let browsers ask each time: modules of two versions would not fit each other."""
    if request.path.startswith("/static/"):
        response.headers["Cache-Control"] = "no-cache"
