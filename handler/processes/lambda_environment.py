"""What lives from one invocation of a function to the next: one event loop, one bot."""

import asyncio
import logging
import random
import time
from collections.abc import Awaitable, Callable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, Protocol

from pydantic import ValidationError

from handler.aws import clients
from handler.aws.cloud_error import CloudError
from handler.aws.sqs import SqsJobQueue, message_in
from handler.endpoints import Endpoints
from handler.jobs.engine import load_engine
from handler.jobs.messages import MessageHandler
from handler.observability import telemetry
from handler.observability.log_context import log_context
from handler.processes import check as checking
from handler.processes import taking, trial
from handler.processes.http_events import BadEventError, is_http, request_in, response_event
from handler.services import Services
from handler.settings import MissingSettingError, Settings, problems
from handler.telegram.client import TelegramSession
from handler.webhook import SECRET_HEADER, Answer
from model_layer import ModelStoreError

if TYPE_CHECKING:
    from model_layer import Engine as ModelEngine

STALE_SECONDS: Final = 15.0
"""After so long without an invocation, kept connections to Telegram are not trusted any more."""
ANSWER_SECONDS: Final = 3.0
"""Of the time for an HTTP request: for taking back what was begun, and for the answer."""
REQUESTS_IN_TURN: Final = 3
"""So many requests to Telegram, each as slow as it may be, fit into one invocation."""

logger = logging.getLogger(__name__)

Event = Mapping[str, Any]


class Context(Protocol):
    """What is used of awslambdaric's context."""

    aws_request_id: str

    def get_remaining_time_in_millis(self) -> int:
        """Return the time until the function is stopped."""
        ...


class NotReadyError(Exception):
    """The bot cannot be made from its settings; the log says why."""


class Environment:
    """Handles events, one at a time, in an event loop that stands still in between.

    Args:
        make_services: makes the bot, when :meth:`prepare` or the first event needs it.
    """

    def __init__(self, make_services: Callable[[], Services] | None = None) -> None:
        self._make_services = make_services or self._services_from_settings
        self._runner = asyncio.Runner()
        self._made: Services | None = None
        self._engine: ModelEngine | None = None
        self._is_cold = True
        self._last_used = time.time()

    def prepare(self) -> None:
        """Make the bot.

        Raises:
            NotReadyError: a setting is missing or wrong, or a secret cannot be read.
        """
        if self._made is None:
            self._made = self._runner.run(self._make())

    def handle(self, event: Any, context: Context) -> dict[str, Any]:
        """Answer an event: an HTTP request, messages of the jobs queue, or the stack's errands.

        Returns:
            The response, 503 while there is no bot; for messages, those that are to be delivered
            again. No event is lost, since Telegram and SQS repeat what fails.

        Raises:
            NotReadyError: as :meth:`prepare` does, for all but requests.
        """
        try:
            self.prepare()
        except NotReadyError:
            if not is_http(event):
                raise
            return response_event(Answer(503, "Not ready"))
        return self._runner.run(self._handle(event, context))

    def close(self) -> None:
        """Stop the bot, and end the loop."""
        if self._made is not None:
            self._runner.run(self._made.stop())
        self._runner.close()

    @property
    def works(self) -> bool:
        """Whether jobs are done here: who is to answer Telegram knows the webhook's secret."""
        return self._services.settings.webhook_secret is None

    def load_models(self) -> None:
        """Load torch and the models now, and use them once, instead of with the first job.

        For environments whose start nobody waits for. A failure is logged: the first job tries
        again.
        """
        self.prepare()
        self._try("")

    def renew(self) -> None:
        """Begin anew after a snapshot was restored: secrets, connections and random numbers.

        The models stay.

        Raises:
            NotReadyError: as :meth:`prepare` does.
        """
        random.seed()
        clients.forget_clients()
        if self._made is not None:
            self._runner.run(self._made.stop())
            self._made = None
            for made_of_it in ("_endpoints", "_messages"):
                self.__dict__.pop(made_of_it, None)
        self._last_used = time.time()
        self.prepare()

    async def _make(self) -> Services:
        telemetry.measure(on=True)  # also that there is no bot
        try:
            services = self._make_services()
        except ValidationError as error:
            reasons = problems(error)
        except (MissingSettingError, CloudError) as error:
            reasons = [str(error)]
        else:
            telemetry.set_up(services.settings, as_json=True)
            await services.start()
            return services
        for reason in reasons:
            logger.error("the bot cannot start: %s", reason)
        telemetry.failure("not-ready")
        raise NotReadyError("; ".join(reasons))

    @property
    def _services(self) -> Services:
        if self._made is None:
            raise RuntimeError("not prepared")
        return self._made

    @cached_property
    def _endpoints(self) -> Endpoints:
        return Endpoints(self._services)

    @cached_property
    def _messages(self) -> MessageHandler:
        return MessageHandler(self._services.worker, self._queue)

    @property
    def _queue(self) -> SqsJobQueue:
        queue = self._services.queue
        if not isinstance(queue, SqsJobQueue):
            raise MissingSettingError("QUEUE_URL", "jobs are handed back to it")
        return queue

    @property
    def _queue_url(self) -> str:
        return self._services.settings.queue_url or ""

    async def _handle(self, event: Any, context: Context) -> dict[str, Any]:
        with log_context(request=context.aws_request_id):
            if self._is_cold:
                self._is_cold = False
                telemetry.count("ColdStarts")
            await self._forget_stale_connections()
            try:
                return await self._dispatch(event, context)
            finally:
                self._last_used = time.time()
                telemetry.flush()

    async def _dispatch(self, event: Any, context: Context) -> dict[str, Any]:
        if is_http(event):
            return response_event(await self._answer(event, context))
        if _is_from_sqs(event):
            self._limit_requests(None)
            return await self._work(event["Records"], context)
        for errand, run in self._errands.items():
            if isinstance(event, Mapping) and errand in event:
                return await run(event, context)
        logger.warning("an event of an unknown kind")
        return response_event(Answer(400, "Neither an HTTP request nor messages of a queue"))

    @cached_property
    def _errands(self) -> Mapping[str, Callable[[Event, Context], Awaitable[dict[str, Any]]]]:
        """What is asked by the stack itself: by its schedules, its hook, and its functions."""
        return {
            checking.KEY: lambda event, _: checking.check(self._services, event),
            taking.WAKE: lambda event, _: taking.wake(self._queue_url, event),
            taking.TAKE: lambda _, context: self._take(context),
            trial.KEY: self._trial,
        }

    async def _answer(self, event: Event, context: Context) -> Answer:
        try:
            request = request_in(event)
        except BadEventError as error:
            return Answer(400, str(error))
        seconds = max(0.0, context.get_remaining_time_in_millis() / 1000 - ANSWER_SECONDS)
        self._limit_requests(seconds / REQUESTS_IN_TURN)
        return await self._endpoints.answer(
            request.method,
            request.path,
            secret=request.headers.get(SECRET_HEADER.lower(), ""),
            body=request.body,
            seconds=seconds,
        )

    async def _take(self, context: Context) -> dict[str, int]:
        self._limit_requests(None)
        needed = self._services.settings.job_seconds
        return await taking.take(
            self._messages,
            self._queue,
            lambda: context.get_remaining_time_in_millis() / 1000,
            needed,
        )

    async def _work(self, records: list[Event], context: Context) -> dict[str, Any]:
        """Do jobs in order; what comes after one that is handed back is handed back too."""
        failed: list[str] = []
        for record in records:
            seconds = context.get_remaining_time_in_millis() / 1000
            message = message_in(record)
            if failed or not await self._messages.handle(message, seconds):
                failed.append(message.id)
            else:
                await self._queue.leave(message)  # SQS deletes it
                await self._messages.show_line(message)
        return {"batchItemFailures": [{"itemIdentifier": id_} for id_ in failed]}

    async def _trial(self, event: Event, _: Context) -> dict[str, Any]:
        return {trial.KEY: await asyncio.to_thread(self._try, str(event[trial.KEY]))}

    def _try(self, expected: str) -> str:
        """Try the models; says what is wrong, or "ok"."""
        try:
            made = trial.run(self._services.store, self._load_engine())
            if expected:
                trial.compare(expected, made)
        except (ModelStoreError, trial.TrialError) as error:
            logger.error("the trial failed: %s", error)
            return str(error)
        return "ok"

    def _services_from_settings(self) -> Services:
        """Make the bot as the environment says; the models of the one before are its own."""
        settings = Settings()
        store = self._engine.store if self._engine else None
        return Services(settings, store=store, engine_factory=self._load_engine)

    def _load_engine(self) -> "ModelEngine":
        """Return the one engine, for jobs and trials; called from one thread at a time."""
        if self._engine is None:
            services = self._services
            self._engine = load_engine(services.store, services.settings.device)
        return self._engine

    def _limit_requests(self, seconds: float | None) -> None:
        """Let no request to Telegram take longer; what hangs is given up while there is time."""
        session = self._services.bot.session
        if isinstance(session, TelegramSession):
            session.longest = seconds

    async def _forget_stale_connections(self) -> None:
        """Close connections that may have died while this process was frozen.

        By the wall clock, since other clocks may stand still meanwhile. A message that is sent
        into a dead connection must not be sent again, as nobody knows whether it arrived.
        """
        session = self._services.bot.session
        if time.time() - self._last_used > STALE_SECONDS and isinstance(session, TelegramSession):
            await session.forget_connections()


def _is_from_sqs(event: Any) -> bool:
    records = event.get("Records") if isinstance(event, Mapping) else None
    return (
        isinstance(records, list)
        and bool(records)
        and all(isinstance(record, Mapping) for record in records)
        and all(record.get("eventSource") == "aws:sqs" for record in records)
    )
