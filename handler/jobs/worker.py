"""Does jobs: from the person's picture to the answer in the chat."""

import asyncio
import itertools
import logging
import math
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from typing import TypeVar

from aiogram import Bot
from PIL import Image

from handler.jobs import planning
from handler.jobs.attempts import track_attempt
from handler.jobs.cancellation import until_cancelled
from handler.jobs.engine import EngineFactory
from handler.jobs.failures import (
    CancelledJobError,
    Explanation,
    TookTooLongError,
    TryAgainError,
    WorkerKilledError,
    cause_to_log,
    explain,
    is_transient,
)
from handler.jobs.job import INPUTS, Job
from handler.jobs.line import Line
from handler.jobs.model_thread import AbortedError, ModelThread, Turn
from handler.jobs.offers import Offers
from handler.jobs.open_jobs import OpenJobs
from handler.jobs.planning import WorkingText
from handler.jobs.results import Result, ResultCache
from handler.observability import telemetry
from handler.settings import Settings
from handler.telegram.callback_data import Wish
from handler.telegram.deliver import Under, deliver, encode_for, resend
from handler.telegram.delivery import best_delivery, is_photo
from handler.telegram.download import download
from handler.telegram.errors import ChatClosedError
from handler.telegram.keyboards import Button, cancel_keyboard, effects_keyboard, keyboard
from handler.telegram.status import Action, Pace, Progress, StatusMessage
from handler.texts.texts import Texts
from handler.texts.translator import Translator
from model_layer import Effect, Refusal, Size, offered_effects
from model_layer.comparing.preview import preview
from model_layer.images import Decoded, decode
from model_layer.planning.runtime import combiner_of

logger = logging.getLogger(__name__)

T = TypeVar("T")
Begin = Callable[[], Awaitable[None]]

NOTIFY_SECONDS = 20.0
"""After work of this length a short reply notifies the person: an edit makes no sound."""


class Worker:
    """Works on jobs, several at once if asked to; the networks still run one at a time.

    Downloads and uploads have bounds of their own: a job that waits for Telegram keeps nobody from
    the model. At most ``settings.workers`` pictures are decoded, computed and encoded at a time,
    and as many results are uploaded as files are downloaded; nothing is written to disk.

    Args:
        bot: downloads and sends.
        results: remembers what was sent, and keeps the claims of jobs.
        open_jobs: knows which jobs were cancelled, and decides which answer a job gets.
        settings: limits of time and size.
        texts: what the bot says.
        offers: what is offered under a result.
        engine_factory: makes the engine, when the first job needs it.
        pace: how often progress is shown.
    """

    def __init__(
        self,
        *,
        bot: Bot,
        results: ResultCache,
        open_jobs: OpenJobs,
        settings: Settings,
        texts: Texts,
        offers: Offers,
        engine_factory: EngineFactory,
        pace: Pace = Pace(),  # noqa: B008  # immutable
    ) -> None:
        self._bot = bot
        self._results = results
        self._open_jobs = open_jobs
        self._settings = settings
        self._texts = texts
        self.line = Line(bot, texts, results, open_jobs)
        """Tells those who wait about the jobs that are done here."""
        self._offers = offers
        self._model = ModelThread(engine_factory)
        # Threads of their own: whatever a stranger's file does to them, the shared ones, which
        # presses and name look-ups need, stay free.
        self._decoders = ThreadPoolExecutor(settings.workers, thread_name_prefix="decode")
        self._pace = pace
        self._downloads = asyncio.Semaphore(settings.transfers)
        self._pictures = asyncio.Semaphore(settings.workers)
        self._uploads = asyncio.Semaphore(settings.transfers)

    async def attempt(
        self,
        job: Job,
        seconds: float | None = None,
        *,
        is_last: bool = False,
        begin: Begin | None = None,
    ) -> None:
        """Do a job that comes again until it is done, and answer the person.

        A job whose result this chat has already, from an earlier delivery, is only tidied up
        after; so is one that the person cancels.

        Args:
            job: what to do.
            seconds: for all of it; what is not done by then is left to the next delivery.
            is_last: whether it does not come again. Then a job that an earlier process was killed
                over is not begun: there would be nobody left to apologise.
            begin: called before what may kill this process: decoding and computing.

        Raises:
            TryAgainError: it may succeed the next time: nothing was said, the claim is kept.
        """
        with self._observed(job):
            if await self._optional(job, self._results.get(_delivery_key(job))) is None:
                try:
                    async with track_attempt(self._results, job) as was_killed:
                        if was_killed and is_last:
                            raise TryAgainError(WorkerKilledError("killed in earlier deliveries"))
                        result = await self._answer_within(job, seconds, begin)
                except CancelledJobError:
                    await self._say_cancelled(job)
                    return
                except TryAgainError:
                    telemetry.count("Returned")
                    raise
                except Exception as error:  # noqa: BLE001  # the person waits for an answer
                    await self.fail(job, error)
                    return
                telemetry.waited("PressToPicture", job.pressed_at)
                if result is not None:
                    await self._optional(job, self._results.put(_delivery_key(job), result))
            await self._finish(job)

    async def fail(self, job: Job, failure: Exception) -> None:
        """Release a job's claim and tell the person, if there still is one, why it failed."""
        if await self._optional(job, self._open_jobs.begin_answer(job)) is False:
            await self._say_cancelled(job)
            return
        await self._release(job)
        if isinstance(failure, ChatClosedError):
            telemetry.refusal("chat-closed")
            logger.info("job %s: nobody is there to take the result", job.id)
        else:
            await self._apologise(job, failure)
        await self._optional(job, self._open_jobs.close(job))

    async def drop(self, job: Job) -> None:
        """Tell the person that a job is not done, because the bot stops; release its claim."""
        if await self._optional(job, self._open_jobs.begin_answer(job)) is False:
            await self._say_cancelled(job)
            return
        await self._release(job)
        await self._status(job).end_with(self._texts.get(job.language, "error-restarting"))
        await self._optional(job, self._open_jobs.close(job))

    async def warm_up(self) -> None:
        """Load the networks, one by one, so that the first job need not; jobs come in between."""
        for effect, inputs in itertools.product(offered_effects(), INPUTS.values()):
            try:
                async with self._model.turn(math.inf) as turn:
                    await turn.warm_up(effect, inputs)
            except AbortedError:
                return
            except Exception as error:  # noqa: BLE001  # the first job finds out what it is
                logger.warning("%s is not loaded ahead: %s", effect.code, error)

    def is_well(self) -> bool:
        """Tell whether the next job can be done; no when one keeps the thread for ever."""
        return not self._model.is_stuck()

    async def close(self) -> None:
        """End the model's thread; no job may be worked on any more."""
        self._decoders.shutdown(wait=False, cancel_futures=True)
        await self._model.close()

    async def _answer_within(
        self, job: Job, seconds: float | None, begin: Begin | None
    ) -> Result | None:
        """Answer, and tell failures that another delivery may mend from those that stay."""
        if seconds is not None and seconds <= 0:
            raise TryAgainError(TookTooLongError("no time left in this delivery"))
        try:
            async with asyncio.timeout(seconds) as limit, until_cancelled(job, self._open_jobs):
                return await self._answer(job, begin)
        except CancelledJobError:
            raise
        except Exception as error:
            if limit.expired():
                late = TookTooLongError(f"{seconds:.0f} s of this delivery")
                raise TryAgainError(late) from None
            if is_transient(error):
                raise TryAgainError(error) from error
            raise

    async def _begin_answer(self, job: Job) -> None:
        """Say that the job gets its result now.

        Raises:
            CancelledJobError: the person was quicker.
        """
        if not await self._open_jobs.begin_answer(job):
            raise CancelledJobError("cancelled before its result came")

    async def _say_cancelled(self, job: Job) -> None:
        """Repeat the last word on a cancelled job, over which progress may have been written."""
        text = self._texts.get(job.language, "status-cancelled")
        await self._status(job).end_with(text, or_send=False)
        await self._optional(job, self._open_jobs.close(job))

    async def _answer(self, job: Job, begin: Begin | None) -> Result | None:
        """Send the result; returns what to remember of it, if anything."""
        if known := await self._resent(job):
            return known
        working = WorkingText(self._texts, job, is_warm=self._model.is_warm())
        progressing = self._status(job).progress(working, _action(job), self._pace)
        with self.line.working(job, working):
            async with progressing as progress:
                result, made = await self._make(job, progress, working, begin)
        if result is not None:
            await self._optional(job, self._results.put(made.result_key, result))
        return result

    async def _resent(self, job: Job) -> Result | None:
        """Send a remembered result again, if there is one that Telegram still has."""
        known = await self._optional(job, self._results.get(job.result_key))
        if known is None:
            return None
        await self._begin_answer(job)
        if await resend(self._status(job), known, self._under(job)):
            telemetry.count("CacheHits")
            return known
        await self._optional(job, self._results.forget(job.result_key))
        return None

    async def _make(
        self, job: Job, progress: Progress, working: WorkingText, begin: Begin | None
    ) -> tuple[Result | None, Job]:
        """Make and send the result.

        Returns:
            What to remember, and the job as it was done: by which weights, in which light.
        """
        loop = asyncio.get_running_loop()
        began = loop.time()
        async with self._downloads:
            with telemetry.stage("Download"):
                data = await download(self._bot, job.file_id)
                other = job.reference and await download(self._bot, job.reference.file_id)
        seconds_left = self._settings.job_seconds - (loop.time() - began)
        asked, other_way = job, None
        async with self._pictures:
            if begin:
                await self._optional(job, begin())
            picture = await self._decoded(data)
            reference = await self._decoded(other) if other else None
            del data, other
            if job.effect.uses_model:
                # The time of other jobs in the model's thread is not counted against this one.
                async with self._model.turn(seconds_left) as turn:
                    if reference:
                        job = await _resolved(turn, job, reference.image)
                        other_way = await turn.resolve(asked.effect, picture.image)
                    done, job = await self._compute(
                        turn, job, picture, asked=asked, progress=progress, working=working
                    )
                    if isinstance(done, Result):
                        await self._offer(asked, other_way)
                        return done, job
                    image = done
            else:
                image = await self._combined(job, picture, reference)
            preview = await self._preview(job, picture, image)
            delivery = best_delivery(
                image.size,
                source=job.sent_like,
                source_format=picture.format,
                lossless=job.effect.lossless,
                suffix=job.effect.suffix,
                source_name=job.file_name,
                form=job.form,
                metadata=picture.metadata if job.keeps_metadata else None,
            )
            del picture, reference  # two pictures less the one that is sent
            encoded = await encode_for(image, delivery)
        async with self._uploads:
            await self._begin_answer(job)
            with telemetry.stage("Delivery"):
                is_long = loop.time() - began > NOTIFY_SECONDS
                notice = self._texts.get(job.language, "result-ready") if is_long else None
                sent = await deliver(
                    self._status(job),
                    image,
                    encoded,
                    self._under(job),
                    preview=preview,
                    notice=notice,
                )
                await self._offer(asked, other_way)
                return sent, job

    async def _offer(self, job: Job, other_way: Effect | None) -> None:
        """Offer what may have been meant: the light of the photo, for the second picture."""
        if other_way is None or job.reference is None:
            return
        translate = Translator(self._texts, job.language)
        markup = keyboard(translate, [[Button("light-from-other", Wish(other_way))]])
        text = translate("light-from-other")
        await self._status(job).offer(text, markup, job.reference.message_id)

    async def _compute(
        self,
        turn: Turn,
        job: Job,
        picture: Decoded,
        *,
        asked: Job,
        progress: Progress,
        working: WorkingText,
    ) -> tuple[Image.Image | Result, Job]:
        """Apply a job's effect, unless it turns out that its result is known.

        Args:
            turn: of the model's thread.
            job: to be done.
            picture: of the job.
            asked: the job as it came, whose result is not known.
            progress: is shown.
            working: is said meanwhile.

        Returns:
            The picture, or the result that was sent; and the job as it was done.
        """
        size, others = picture.image.size, self._offers.first(job.source)
        choice = await turn.choose(job, size, self._settings, others)
        if isinstance(choice, Refusal) and choice.smaller and _was_offered(job, size):
            choice = choice.smaller
        if isinstance(choice, Refusal):
            raise planning.refused(choice, Translator(self._texts, job.language))
        working.begin(choice)
        progress.renew()
        planned = job.model_copy(
            update={"model_digest": choice.model.sha256, "effect_code": choice.effect.code}
        )
        if planned.result_key != asked.result_key and (known := await self._resent(planned)):
            return known, planned
        with telemetry.stage("Effect"):
            return await turn.apply(choice, picture.image, progress.report), planned

    async def _decoded(self, data: bytes) -> Decoded:
        limits = self._settings.limits
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._decoders, decode, data, limits.input_pixels)

    async def _combined(self, job: Job, picture: Decoded, reference: Decoded | None) -> Image.Image:
        """Make one picture of two, without a model."""
        if reference is None:
            raise ValueError(f"{job.effect_code} needs two pictures")
        combine = combiner_of(job.effect.family).combine
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._decoders, combine, reference.image, picture.image)

    async def _preview(self, job: Job, picture: Decoded, image: Image.Image) -> Image.Image | None:
        """Show what a file has gained, where its effect has it so."""
        if not job.effect.has_preview:
            return None
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._decoders, preview, picture.image, image)

    async def _apologise(self, job: Job, error: Exception) -> None:
        explanation = explain(error)
        counted = telemetry.failure if explanation.is_our_fault else telemetry.refusal
        counted(explanation.key.removeprefix("error-"))
        _log(job, error, explanation)
        text = self._texts.get(job.language, explanation.key, **explanation.variables)
        offered = explanation.offered
        buttons = effects_keyboard(Translator(self._texts, job.language), offered)
        await self._status(job).end_with(text, keyboard=buttons if offered else None)

    def _status(self, job: Job) -> StatusMessage:
        return StatusMessage(
            self._bot,
            job.chat_id,
            job.status_message_id,
            reply_to=job.photo_message_id,
            asker_id=job.asker_id,
            keyboard=cancel_keyboard(Translator(self._texts, job.language), job.id),
        )

    def _under(self, job: Job) -> Under:
        return self._offers.framed(job, Translator(self._texts, job.language))

    def _observed(self, job: Job) -> AbstractContextManager[None]:
        return telemetry.observed_job(job.id, job.chat_id, self._bot.token)

    async def _finish(self, job: Job) -> None:
        telemetry.count("Jobs")
        await self._release(job)
        await self._optional(job, self._open_jobs.close(job))

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


async def _resolved(turn: Turn, job: Job, reference: Image.Image) -> Job:
    """Return the job with what its effect becomes by a second picture."""
    effect = await turn.resolve(job.effect, reference)
    return job.model_copy(update={"effect_code": effect.code, "reference": None})


def _was_offered(job: Job, size: Size) -> bool:
    """Say whether the bot has offered just this for a picture of a size that it knew."""
    _, shown = job.effect.passes(size)
    return job.source == "photo" or shown != size


def _action(job: Job) -> Action:
    with_photo = is_photo(job.sent_like, job.form, lossless=job.effect.lossless)
    return "upload_photo" if with_photo else "upload_document"


def _log(job: Job, error: Exception, explanation: Explanation) -> None:
    if explanation.is_our_fault:
        logger.error("job %s failed: %s", job.id, error, exc_info=cause_to_log(error))
    else:
        logger.info("job %s: %s (%s)", job.id, explanation.key, error)
