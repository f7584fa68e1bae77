"""Does a job: from the person's picture to the answer in the chat."""

import asyncio
import logging
from collections.abc import Awaitable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from typing import TypeVar

from aiogram import Bot

from handler.jobs import limits, planning
from handler.jobs.attempts import noted
from handler.jobs.failures import (
    Explanation,
    TookTooLongError,
    TooManyPixelsError,
    TryAgainError,
    WorkerKilledError,
    explain,
    is_chat_closed,
    may_pass,
    trace_of,
)
from handler.jobs.job import Job
from handler.jobs.model_thread import EngineFactory, ModelsLike, ModelThread
from handler.jobs.planning import WorkingText
from handler.jobs.results import Result, ResultCache
from handler.observability import telemetry
from handler.settings import Settings
from handler.telegram import delivery
from handler.telegram.deliver import deliver, resend
from handler.telegram.download import download
from handler.telegram.progress import Action, Pace, ProgressReporter
from handler.telegram.status import StatusMessage
from handler.texts.say import Say
from handler.texts.texts import Texts
from handler.texts.wording import alternatives
from model_layer.effects import Neon, Size
from model_layer.images import Decoded, decode
from model_layer.planning.planner import Plan, Refusal

logger = logging.getLogger(__name__)

T = TypeVar("T")


class Worker:
    """Works on jobs, several at once if asked to; the networks still run one at a time.

    At most one picture, its result and their files are in memory for each job that is being
    worked on; nothing is written to disk.

    Args:
        bot: downloads and sends.
        results: remembers what was sent, and holds the claims of jobs.
        settings: limits of time and size.
        texts: what the bot says.
        engine_factory: makes the engine, when the first job needs it.
        models: of the engine; None for an engine whose weights never change.
        pace: how often progress is shown.
    """

    def __init__(
        self,
        *,
        bot: Bot,
        results: ResultCache,
        settings: Settings,
        texts: Texts,
        engine_factory: EngineFactory,
        models: ModelsLike | None = None,
        pace: Pace = Pace(),  # noqa: B008  # immutable
    ) -> None:
        self._bot = bot
        self._results = results
        self._settings = settings
        self._texts = texts
        self._model = ModelThread(engine_factory, models)
        # Threads of their own: whatever a stranger's file does to them, the shared ones, which
        # presses and name look-ups need, stay free.
        self._decoders = ThreadPoolExecutor(settings.workers, thread_name_prefix="decode")
        self._pace = pace

    async def process(self, job: Job) -> None:
        """Do a job and answer the person: with the result, or with why there is none.

        Raises nothing but CancelledError; the job's claim is released in any case.
        """
        with self._observed(job):
            try:
                await self._answer(job)
            except asyncio.CancelledError:
                await self._release(job)
                raise
            except Exception as error:  # noqa: BLE001  # the person waits for an answer
                await self.give_up(job, error)
            else:
                await self._finish(job)

    async def attempt(
        self, job: Job, seconds: float | None = None, *, is_last: bool = False
    ) -> None:
        """Do a job that comes again until it is done, as from a queue elsewhere.

        A job whose result this chat has already, from an earlier delivery, is only tidied up
        after.

        Args:
            job: what to do.
            seconds: for all of it; what is not done by then is left to the next delivery.
            is_last: whether it does not come again. Then a job that an earlier process was killed
                over is not begun: there would be nobody left to apologise.

        Raises:
            TryAgainError: it may succeed the next time: nothing was said, the claim is kept.
        """
        with self._observed(job):
            if await self._optional(job, self._results.get(_delivery_key(job))) is None:
                try:
                    async with noted(self._results, job) as was_killed:
                        if was_killed and is_last:
                            raise TryAgainError(WorkerKilledError("killed in earlier deliveries"))
                        result = await self._answer_within(job, seconds)
                except TryAgainError:
                    telemetry.count("HandedBack")
                    raise
                except Exception as error:  # noqa: BLE001  # the person waits for an answer
                    await self.give_up(job, error)
                    return
                if result is not None:
                    await self._optional(job, self._results.put(_delivery_key(job), result))
            await self._finish(job)

    async def give_up(self, job: Job, failure: Exception) -> None:
        """Release a job's claim and tell the person, if there still is one, why it failed."""
        await self._release(job)
        if is_chat_closed(failure):
            telemetry.failure("chat-closed")
            logger.info("job %s: nobody is there to take the result", job.id)
        else:
            await self._apologise(job, failure)

    async def drop(self, job: Job) -> None:
        """Tell the person that a job is not done, because the bot stops; release its claim."""
        await self._release(job)
        await StatusMessage(self._bot, job).say(self._texts.get(job.language, "error-restarting"))

    async def close(self) -> None:
        """End the model's thread; no job may be worked on any more."""
        self._decoders.shutdown(wait=False, cancel_futures=True)
        await self._model.close()

    async def _answer_within(self, job: Job, seconds: float | None) -> Result | None:
        """Answer, and tell failures that another delivery may mend from those that stay."""
        if seconds is not None and seconds <= 0:
            raise TryAgainError(TookTooLongError("no time left in this delivery"))
        try:
            async with asyncio.timeout(seconds) as limit:
                return await self._answer(job)
        except Exception as error:
            if limit.expired():
                late = TookTooLongError(f"{seconds:.0f} s of this delivery")
                raise TryAgainError(late) from None
            if may_pass(error):
                raise TryAgainError(error) from error
            raise

    async def _answer(self, job: Job) -> Result | None:
        """Send the result; returns what to remember of it, if anything."""
        if known := await self._resent(job):
            return known
        working = WorkingText(self._texts, job)
        async with ProgressReporter(self._bot, job, working, _action(job), self._pace) as progress:
            result, digest = await self._make(job, progress, working)
        if result is not None and digest is not None:
            # Of the weights that made it, which may be newer than those the job was made for.
            made = job.model_copy(update={"model_digest": digest})
            await self._optional(job, self._results.put(made.result_key, result))
        return result

    async def _resent(self, job: Job) -> Result | None:
        """Send a remembered result again, if there is one that Telegram still has."""
        known = await self._optional(job, self._results.get(job.result_key))
        if known is None:
            return None
        if await resend(self._bot, job, known, self._texts):
            telemetry.count("CacheHits")
            return known
        await self._optional(job, self._results.forget(job.result_key))
        return None

    async def _make(
        self, job: Job, progress: ProgressReporter, working: WorkingText
    ) -> tuple[Result | None, str | None]:
        """Make and send the result; returns what to remember, and the digest of the weights."""
        loop = asyncio.get_running_loop()
        began = loop.time()
        try:
            with telemetry.stage("Download"):
                async with asyncio.timeout(self._settings.job_seconds):
                    picture = await self._fetch(job)
        except TimeoutError:
            raise TookTooLongError("the download") from None
        plan = delivery.plan(
            job.effect,
            source=job.source,
            source_format=picture.format,
            size=job.effect.output_size(picture.image.size),
            source_name=job.file_name,
        )
        # The time of other jobs in the model's thread is not counted against this one.
        seconds_left = self._settings.job_seconds - (loop.time() - began)
        working.plan = chosen = await self._plan(job, picture.image.size, seconds_left)
        progress.renew()
        model = chosen.model if chosen else None
        if model and model.sha256 != job.model_digest:
            planned = job.model_copy(update={"model_digest": model.sha256})
            if known := await self._resent(planned):
                return known, model.sha256
        with telemetry.stage("Effect"):
            image, digest = await self._model.apply(
                job.effect,
                picture.image,
                progress.report,
                seconds_left,
                job.model_digest,
                model=model,
            )
        del picture  # two pictures less the one that is sent
        with telemetry.stage("Delivery"):
            return await deliver(self._bot, job, image, plan, self._texts), digest

    async def _fetch(self, job: Job) -> Decoded:
        data = await download(self._bot, job.file_id)
        max_pixels = int(self._settings.max_input_megapixels * limits.MEGAPIXEL)
        loop = asyncio.get_running_loop()
        picture = await loop.run_in_executor(self._decoders, decode, data, max_pixels)
        size = picture.image.size
        if not limits.fits(job.effect, size, self._settings):
            say = Say(self._texts, job.language)
            raise TooManyPixelsError(size, alternatives(say, size, self._settings))
        return picture

    async def _plan(self, job: Job, size: Size, seconds_left: float) -> Plan | None:
        """Choose the model before the work starts; None for an engine that cannot plan.

        Raises:
            WouldNotFinishError: no model would be done with the picture.
        """
        wanted = planning.request(job, size, seconds_left, self._settings)
        choice = await self._model.plan(wanted)
        if isinstance(choice, Refusal):
            raise planning.refused(choice, Say(self._texts, job.language))
        return choice

    async def _apologise(self, job: Job, error: Exception) -> None:
        explanation = explain(error)
        telemetry.failure(explanation.key.removeprefix("error-"))
        _log(job, error, explanation)
        text = self._texts.get(job.language, explanation.key, **explanation.variables)
        await StatusMessage(self._bot, job).say(text)

    def _observed(self, job: Job) -> AbstractContextManager[None]:
        return telemetry.observed_job(job.id, job.chat_id, self._bot.token)

    async def _finish(self, job: Job) -> None:
        telemetry.count("Jobs")
        await self._release(job)
        last_word = self._texts.get(job.language, "status-done")
        await StatusMessage(self._bot, job).delete(last_word)

    async def _release(self, job: Job) -> None:
        """End the claim; before any word to the person, who may press again at once."""
        await self._optional(job, self._results.release(job.claim_key))

    async def _optional(self, job: Job, call: Awaitable[T]) -> T | None:
        """Use the memory for results; without it jobs are done all the same."""
        try:
            return await call
        except Exception:
            logger.exception("job %s: the memory for results fails", job.id)
            return None


def _delivery_key(job: Job) -> str:
    """Name the delivery of a job's result, under which the result is remembered once more."""
    return f"delivered:{job.id}"


def _action(job: Job) -> Action:
    with_photo = job.source == "photo" and isinstance(job.effect, Neon)
    return "upload_photo" if with_photo else "upload_document"


def _log(job: Job, error: Exception, explanation: Explanation) -> None:
    if explanation.is_our_fault:
        logger.error("job %s failed: %s", job.id, error, exc_info=trace_of(error))
    else:
        logger.info("job %s: %s (%s)", job.id, explanation.key, error)
