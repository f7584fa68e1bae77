"""Does jobs: from the person's picture to the answer in the chat."""

import asyncio
import itertools
import logging
import math
from collections.abc import AsyncIterator
from contextlib import AbstractContextManager, asynccontextmanager
from dataclasses import replace

from aiogram import Bot

from handler.jobs.album import AlbumMaker
from handler.jobs.album_notes import gathered
from handler.jobs.attempts import track_attempt
from handler.jobs.cancellation import until_cancelled
from handler.jobs.engine import EngineFactory
from handler.jobs.failures import (
    CancelledJobError,
    TookTooLongError,
    TryAgainError,
    WorkerKilledError,
    is_transient,
)
from handler.jobs.job import INPUTS, Job
from handler.jobs.line import Line
from handler.jobs.maker import Begin, Maker, Task
from handler.jobs.memory import Memory
from handler.jobs.model_thread import AbortedError, ModelThread
from handler.jobs.offers import Offers
from handler.jobs.open_jobs import OpenJobs
from handler.jobs.pictures import Pictures
from handler.jobs.results import (
    DOUBLE_TAP_SECONDS,
    Result,
    ResultCache,
    delivery_key,
    if_possible,
)
from handler.jobs.room import Room
from handler.jobs.speech import apologise, status_of
from handler.observability import telemetry
from handler.settings import Settings
from handler.telegram.errors import ChatClosedError
from handler.telegram.status import Pace, StatusMessage
from handler.texts.texts import Texts
from handler.texts.translator import Translator
from model_layer import offered_effects

logger = logging.getLogger(__name__)


class Worker:
    """Answers jobs: with a result, an apology, or the word that they were cancelled.

    At most ``settings.workers`` pictures are decoded, computed and encoded at a time.

    Args:
        bot: downloads and sends.
        results: remembers what was sent, and keeps the claims of jobs.
        open_jobs: knows which jobs were cancelled, and decides which answer a job gets.
        memory: has the pictures of albums that were still coming.
        settings: limits of time and size.
        texts: what the bot says.
        offers: what is offered under a result.
        engine_factory: makes the engine, when the first job needs it.
        pace: how often progress is shown.
        room: shares out the memory of this process.
    """

    def __init__(
        self,
        *,
        bot: Bot,
        results: ResultCache,
        open_jobs: OpenJobs,
        memory: Memory,
        settings: Settings,
        texts: Texts,
        offers: Offers,
        engine_factory: EngineFactory,
        pace: Pace = Pace(),  # noqa: B008  # immutable
        room: Room | None = None,
    ) -> None:
        self._bot = bot
        self._results = results
        self._open_jobs = open_jobs
        self._memory = memory
        self._texts = texts
        self.line = Line(bot, texts, results, open_jobs)
        """Tells those who wait about the jobs that are done here."""
        self._model = ModelThread(engine_factory)
        self._room = room or Room()
        self._pictures = Pictures(settings.workers, settings.limits.input_pixels)
        self._maker = Maker(
            bot=bot,
            results=results,
            open_jobs=open_jobs,
            settings=settings,
            texts=texts,
            offers=offers,
            model=self._model,
            pictures=self._pictures,
            room=self._room,
            line=self.line,
            pace=pace,
        )
        self._albums = AlbumMaker(self._maker, results, offers, settings.job_seconds, pace)

    async def attempt(
        self,
        job: Job,
        seconds: float | None = None,
        *,
        is_last: bool = False,
        is_final: bool = False,
        begin: Begin | None = None,
    ) -> None:
        """Do a job that comes again until it is done, and answer the person.

        A job whose result this chat has already, from an earlier delivery, is only tidied up
        after; so is one that the person cancels.

        Args:
            job: what to do.
            seconds: for all of it; what is not done by then is left to the next delivery.
            is_last: whether it does not come again. Then a job that has killed an earlier process
                is not begun: there would be nobody left to apologise.
            is_final: whether it is not tried again when it fails; then what can be made of an album
                is sent without the rest.
            begin: called before what may kill this process: decoding and computing.

        Raises:
            TryAgainError: it may succeed the next time: nothing was said, the claim is kept.
        """
        with self._observed(job):
            if await if_possible(job, self._results.get(delivery_key(job))) is None:
                try:
                    async with track_attempt(self._results, job) as was_killed:
                        # A process of limited time works on one job at a time.
                        if was_killed and is_last and seconds is not None:
                            raise TryAgainError(WorkerKilledError("killed in earlier deliveries"))
                        task = Task(job, self._status(job), begin, was_killed=was_killed)
                        result = await self._answer_within(
                            task, seconds, is_last=is_last, is_final=is_final
                        )
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
                    await if_possible(job, self._results.put(delivery_key(job), result))
            telemetry.count("Jobs")
            # Closed first: else a repeated press that finds it open claims what nobody ends.
            await self._close(job)
            end = self._results.complete(job.claim_key, DOUBLE_TAP_SECONDS, job.id)
            await if_possible(job, end)

    async def fail(self, job: Job, failure: Exception) -> None:
        """Release a job's claim and tell the person, if there still is one, why it failed."""
        if not await self._begin_last_word(job):
            return
        if isinstance(failure, ChatClosedError):
            telemetry.refusal("chat-closed")
            logger.info("job %s: nobody is there to take the result", job.id)
        else:
            await apologise(job, failure, self._status(job), self._translator(job))
        await self._end_unanswered(job)

    async def drop(self, job: Job) -> None:
        """Tell the person that a job is not done, because the bot stops; release its claim."""
        if not await self._begin_last_word(job):
            return
        await self._status(job).end_with(self._translator(job)("error-restarting"))
        await self._end_unanswered(job)

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
        """Tell whether the next job can be done; no when one keeps a thread for ever."""
        return not (self._model.is_stuck() or self._pictures.is_stuck())

    async def close(self) -> None:
        """End the model's thread; no job may be worked on any more."""
        self._pictures.close()
        await self._model.close()

    async def _answer_within(
        self, task: Task, seconds: float | None, *, is_last: bool, is_final: bool
    ) -> Result | None:
        """Answer, and tell failures that another delivery may mend from those that stay."""
        job = task.job
        if seconds is not None and seconds <= 0:
            raise TryAgainError(TookTooLongError("no time left in this delivery"))
        try:
            async with (
                asyncio.timeout(seconds) as limit,
                until_cancelled(job, self._open_jobs),
                self._company(task, is_last=is_last) as ours,
            ):
                task = replace(ours, job=await gathered(job, self._memory))
                translate = self._translator(job)
                if task.job.album:
                    await self._albums.answer(
                        task, seconds, translate, is_final=is_final, was_asked=not job.album_id
                    )
                    return None
                result = await self._maker.answer(task)
                if job.album_id and job.asker_id:  # else it was an album of one
                    hidden = translate("album-hidden")
                    await task.status.offer(hidden, None, task.job.photo_message_id)
                return result
        except (CancelledJobError, TryAgainError):
            raise
        except Exception as error:
            if limit.expired():
                late = TookTooLongError(f"{seconds:.0f} s of this delivery")
                raise TryAgainError(late) from None
            if is_transient(error):
                raise TryAgainError(error) from error
            raise

    @asynccontextmanager
    async def _company(self, task: Task, *, is_last: bool) -> AsyncIterator[Task]:
        """Wait until the process is empty for a job that one was killed over, and keep it so.

        Then it costs nobody else an attempt, should it kill again, and is known to be the cause.

        Yields:
            The task, for such a job with all of the memory.

        Raises:
            TryAgainError: it is the cause, and nobody would be left to apologise.
        """
        if not task.was_killed:
            yield task
            return
        async with (
            self._room.share(math.inf) as share,
            track_attempt(self._results, task.job, "alone") as was_killed,
        ):
            if was_killed and is_last:
                raise TryAgainError(WorkerKilledError("killed when it was alone"))
            yield replace(task, share=share)

    async def _begin_last_word(self, job: Job) -> bool:
        """End the claim of a job that is given up, since the person may press again at once.

        Returns:
            False when it was cancelled: the person has the last word already.
        """
        if await if_possible(job, self._open_jobs.begin_answer(job)) is False:
            await self._say_cancelled(job)
            return False
        await if_possible(job, self._results.release(job.claim_key))
        await self._maker.settled(job)
        return True

    async def _say_cancelled(self, job: Job) -> None:
        """Repeat the last word on a cancelled job, over which progress may have been written."""
        text = self._translator(job)("status-cancelled")
        await self._maker.settled(job)
        await self._status(job).end_with(text, or_send=False)
        await self._close(job)

    async def _end_unanswered(self, job: Job) -> None:
        """Close a job that was given up, and what its press, repeated meanwhile, has claimed."""
        await self._close(job)
        await if_possible(job, self._results.release(job.claim_key, job.id))

    async def _close(self, job: Job) -> None:
        await if_possible(job, self._open_jobs.close(job))

    def _status(self, job: Job) -> StatusMessage:
        return status_of(job, self._bot, self._translator(job))

    def _translator(self, job: Job) -> Translator:
        return Translator(self._texts, job.language)

    def _observed(self, job: Job) -> AbstractContextManager[None]:
        return telemetry.observed_job(job.id, job.chat_id, self._bot.token)
