"""Does jobs: from the person's picture to the answer in the chat."""

import asyncio
import itertools
import logging
import math
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeVar

from aiogram import Bot
from PIL import Image

from handler.jobs import planning
from handler.jobs.album import answer_album
from handler.jobs.album_notes import gathered
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
from handler.jobs.memory import Memory
from handler.jobs.model_thread import AbortedError, ModelThread, Turn
from handler.jobs.offers import Offers
from handler.jobs.open_jobs import OpenJobs
from handler.jobs.planning import WorkingText
from handler.jobs.results import DOUBLE_TAP_SECONDS, Result, ResultCache
from handler.jobs.room import Room, Share
from handler.observability import telemetry
from handler.settings import Settings
from handler.telegram.album import AlbumStatus, PartStatus, send_together
from handler.telegram.callback_data import Wish
from handler.telegram.deliver import Under, deliver, encode_for, resend, result_in
from handler.telegram.delivery import best_delivery, is_photo
from handler.telegram.download import download
from handler.telegram.errors import ChatClosedError
from handler.telegram.keyboards import Button, cancel_keyboard, effects_keyboard, keyboard
from handler.telegram.status import Action, Pace, Progress, StatusMessage
from handler.texts.texts import Texts
from handler.texts.translator import Translator
from model_layer import Effect, Refusal, Size, offered_effects
from model_layer.comparing.preview import preview
from model_layer.effects import PILLOW_BYTES
from model_layer.images import Decoded, decode, read_size
from model_layer.planning.memory import predicted_bytes, tidy_up
from model_layer.planning.runtime import combiner_of

logger = logging.getLogger(__name__)

T = TypeVar("T")
Begin = Callable[[], Awaitable[None]]

DECODING_SECONDS = 60.0
"""Longer than any picture within the limits takes; what takes longer never ends."""
NOTIFY_SECONDS = 20.0
"""After work of this length a short reply notifies the person: an edit makes no sound."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """What is special about an attempt at a job; see :meth:`Worker.attempt`."""

    seconds: float | None
    begin: Begin | None
    was_killed: bool
    is_last: bool
    is_final: bool
    share: Share | None = None
    """All memory, where the job is to be alone."""


class Worker:
    """Works on jobs, several at once if asked to; the networks still run one at a time.

    Downloads and uploads have bounds of their own: a job that waits for Telegram keeps nobody from
    the model. At most ``settings.workers`` pictures are decoded, computed and encoded at a time,
    and as many results are uploaded as files are downloaded; nothing is written to disk.

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
        self._settings = settings
        self._texts = texts
        self.line = Line(bot, texts, results, open_jobs)
        """Tells those who wait about the jobs that are done here."""
        self._offers = offers
        self._model = ModelThread(engine_factory)
        # Threads of their own: whatever a stranger's file does to them, the shared ones, which
        # presses and name look-ups need, stay free.
        self._decoders = ThreadPoolExecutor(settings.workers, thread_name_prefix="decode")
        self._decoding: dict[object, float] = {}
        self._room = room or Room()
        self._pace = pace
        self._downloads = asyncio.Semaphore(settings.transfers)
        self._pictures = asyncio.Semaphore(settings.workers)
        self._uploads = asyncio.Semaphore(settings.transfers)
        self._parts: dict[str, PartStatus] = {}
        """Of albums that are worked on, by the ids of their jobs."""

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
            if await self._optional(job, self._results.get(_delivery_key(job))) is None:
                try:
                    async with track_attempt(self._results, job) as was_killed:
                        # A process of limited time works on one job at a time.
                        if was_killed and is_last and seconds is not None:
                            raise TryAgainError(WorkerKilledError("killed in earlier deliveries"))
                        attempt = Attempt(
                            seconds=seconds,
                            begin=begin,
                            was_killed=was_killed,
                            is_last=is_last,
                            is_final=is_final,
                        )
                        result = await self._answer_within(job, attempt)
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
        """Tell whether the next job can be done; no when one keeps a thread for ever."""
        decoding_ends = min(list(self._decoding.values()), default=math.inf)
        return not self._model.is_stuck() and time.monotonic() < decoding_ends

    async def close(self) -> None:
        """End the model's thread; no job may be worked on any more."""
        self._decoders.shutdown(wait=False, cancel_futures=True)
        await self._model.close()

    async def _answer_within(self, job: Job, attempt: Attempt) -> Result | None:
        """Answer, and tell failures that another delivery may mend from those that stay."""
        seconds = attempt.seconds
        if seconds is not None and seconds <= 0:
            raise TryAgainError(TookTooLongError("no time left in this delivery"))
        try:
            async with (
                asyncio.timeout(seconds) as limit,
                until_cancelled(job, self._open_jobs),
                self._company(job, attempt) as ours,
            ):
                asked, job = job, await gathered(job, self._memory)
                if job.album:
                    await self._answer_album(job, ours, was_asked=not asked.album_id)
                    return None
                result = await self._answer(job, ours)
                if asked.album_id and asked.asker_id:  # else it was an album of one
                    hidden = self._texts.get(job.language, "album-hidden")
                    await self._status(job).offer(hidden, None, job.photo_message_id)
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
    async def _company(self, job: Job, attempt: Attempt) -> AsyncIterator[Attempt]:
        """Wait until the process is empty for a job that one was killed over, and keep it so.

        Then it costs nobody else an attempt, should it kill again, and is known to be the cause.

        Yields:
            The attempt, for such a job with all of the memory.

        Raises:
            TryAgainError: it is the cause, and nobody would be left to apologise.
        """
        if not attempt.was_killed:
            yield attempt
            return
        async with (
            self._room.share(math.inf) as share,
            track_attempt(self._results, job, "alone") as was_killed,
        ):
            if was_killed and attempt.is_last:
                raise TryAgainError(WorkerKilledError("killed when it was alone"))
            yield replace(attempt, share=share)

    async def _begin_answer(self, job: Job) -> None:
        """Say that the job gets its result now.

        Raises:
            CancelledJobError: the person was quicker.
        """
        if job.id in self._parts:
            return  # what is made is sent later
        if not await self._open_jobs.begin_answer(job):
            raise CancelledJobError("cancelled before its result came")

    async def _say_cancelled(self, job: Job) -> None:
        """Repeat the last word on a cancelled job, over which progress may have been written."""
        text = self._texts.get(job.language, "status-cancelled")
        await self._status(job).end_with(text, or_send=False)
        await self._optional(job, self._open_jobs.close(job))

    async def _answer(self, job: Job, attempt: Attempt) -> Result | None:
        """Send the result; returns what to remember of it, if anything."""
        if known := await self._resent(job):
            return known
        working = WorkingText(self._texts, job, is_warm=self._model.is_warm())
        progressing = self._status(job).progress(working, _action(job), self._pace)
        with self.line.working(job, working):
            async with progressing as progress:
                result, made = await self._make(job, progress, working, attempt)
        if result is not None:
            await self._optional(job, self._results.put(made.result_key, result))
        elif part := self._parts.get(job.id):
            part.keys.append(made.result_key)
        return result

    async def _answer_album(self, job: Job, attempt: Attempt, *, was_asked: bool) -> None:
        """Make and send what is not there yet of an album, and say what cannot be made.

        Where nobody has asked about it yet, since its caption said what is wanted, the question
        comes last: albums carry no buttons.
        """
        collecting = self._settings.job_seconds
        if attempt.seconds is not None:
            collecting = min(collecting, attempt.seconds / 2)
        if attempt.was_killed:
            collecting = 0.0  # where this has gone wrong before, each part that is made is sent
        album = AlbumStatus(self._status(job), self._pace)
        failures = await answer_album(
            await self._parts_left(job),
            partial(self._make_part, job, album, attempt),
            partial(self._send_parts, job, album),
            until=asyncio.get_running_loop().time() + collecting,
            is_final=attempt.is_final,
        )
        await self._begin_answer(job)
        if failures:
            await album.status.end_with(self._missing(job, failures))
        elif was_asked:
            await album.status.delete()
        else:
            text, buttons = self._offers.of_album(job, Translator(self._texts, job.language))
            await album.status.end_with(text, keyboard=buttons)

    async def _parts_left(self, job: Job) -> dict[int, Job]:
        """Return the parts of an album that no earlier delivery has sent, by number."""
        parts = dict(enumerate(job.parts, start=1))
        keys = map(_delivery_key, parts.values())
        there = [await self._optional(job, self._results.get(key)) for key in keys]
        return {n: part for (n, part), result in zip(parts.items(), there) if result is None}

    async def _make_part(
        self,
        job: Job,
        album: AlbumStatus,
        attempt: Attempt,
        part: Job,
        number: int,
    ) -> PartStatus:
        counter = self._texts.get(
            part.language, "status-album", number=number, total=len(job.album)
        )
        status = PartStatus(album, counter, reply_to=part.photo_message_id, asker_id=part.asker_id)
        status.keys.append(_delivery_key(part))
        self._parts[part.id] = status
        try:
            await self._answer(part, attempt)
        finally:
            del self._parts[part.id]
        return status

    async def _send_parts(self, job: Job, album: AlbumStatus, parts: Sequence[PartStatus]) -> None:
        async with self._uploads:
            await self._begin_answer(job)
            with telemetry.stage("Delivery"):
                messages = await send_together(album, parts)
        for part, message in zip(parts, messages):
            if result := result_in(message, part.outcome):
                for key in part.keys:
                    await self._optional(job, self._results.put(key, result))

    def _missing(self, job: Job, failures: Mapping[int, Exception]) -> str:
        """Say which parts of an album are missing, and why."""
        lines = []
        for number, error in failures.items():
            reason = self._reason(job, self._explained(job, error))
            lines.append(
                self._texts.get(job.language, "album-missing", number=number, reason=reason)
            )
        return "\n\n".join(lines)

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
        self,
        job: Job,
        progress: Progress,
        working: WorkingText,
        attempt: Attempt,
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
                reference_id = job.reference and job.reference.file_id
                other = await download(self._bot, reference_id) if reference_id else None
        seconds_left = self._settings.job_seconds - (loop.time() - began)
        asked, other_way = job, None
        async with AsyncExitStack() as sharing:
            async with self._pictures:
                if attempt.begin:
                    await self._optional(job, attempt.begin())
                share = attempt.share
                if share is None:
                    needed = await self._predicted(job, data, other)
                    share = await sharing.enter_async_context(self._room.share(needed))
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
                            turn,
                            job,
                            picture,
                            asked=asked,
                            progress=progress,
                            working=working,
                            memory=self._room.left_for(share),
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
                await loop.run_in_executor(self._decoders, tidy_up, image.width * image.height)
            if attempt.share is None:
                kept = PILLOW_BYTES * image.width * image.height + len(encoded[1])
                self._room.reduce(share, kept)
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
        memory: float,
    ) -> tuple[Image.Image | Result, Job]:
        """Apply a job's effect, unless it turns out that its result is known.

        Args:
            turn: of the model's thread.
            job: to be done.
            picture: of the job.
            asked: the job as it came, whose result is not known.
            progress: is shown.
            working: is said meanwhile.
            memory: bytes that may be taken.

        Returns:
            The picture, or the result that was sent; and the job as it was done.
        """
        size, others = picture.image.size, self._offers.first(job.source)
        choice = await turn.choose(job, size, self._settings, others, memory)
        if isinstance(choice, Refusal) and choice.smaller and self._was_offered(job, size):
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

    async def _predicted(self, job: Job, data: bytes, other: bytes | None) -> int:
        """Predict the memory that a job takes from its files' headers, which are read first."""

        def predict() -> int:
            limit = self._settings.limits.input_pixels
            with self._watched():
                beside = 2 * PILLOW_BYTES * math.prod(read_size(other, limit)) if other else 0
                return predicted_bytes(job.effect, read_size(data, limit)) + beside

        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._decoders, predict)

    async def _decoded(self, data: bytes) -> Decoded:
        def decode_it() -> Decoded:
            with self._watched():
                picture = decode(data, self._settings.limits.input_pixels)
                tidy_up(picture.image.width * picture.image.height)
                return picture

        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._decoders, decode_it)

    @contextmanager
    def _watched(self) -> Iterator[None]:
        """Note that a thread decodes, which cannot be ended when it hangs: see :meth:`is_well`."""
        this = object()
        self._decoding[this] = time.monotonic() + DECODING_SECONDS
        try:
            yield
        finally:
            del self._decoding[this]

    async def _combined(self, job: Job, picture: Decoded, reference: Decoded | None) -> Image.Image:
        """Make one picture of two, without a model."""
        if reference is None:
            raise ValueError(f"{job.effect_code} needs two pictures")
        combine = combiner_of(job.effect.family).combine
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._decoders, combine, reference.image, picture.image)

    async def _preview(self, job: Job, picture: Decoded, image: Image.Image) -> Image.Image | None:
        """Show what a file has gained, where its effect has it so."""
        if not job.effect.has_preview or job.id in self._parts:
            return None
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._decoders, preview, picture.image, image)

    async def _apologise(self, job: Job, error: Exception) -> None:
        explanation = self._explained(job, error)
        offered = explanation.offered
        buttons = effects_keyboard(Translator(self._texts, job.language), offered)
        text = self._reason(job, explanation)
        await self._status(job).end_with(text, keyboard=buttons if offered else None)

    def _explained(self, job: Job, error: Exception) -> Explanation:
        """Find out what the person is to hear of a failure; counts and logs it."""
        explanation = explain(error)
        counted = telemetry.failure if explanation.is_our_fault else telemetry.refusal
        counted(explanation.key.removeprefix("error-"))
        _log(job, error, explanation)
        return explanation

    def _reason(self, job: Job, explanation: Explanation) -> str:
        return self._texts.get(job.language, explanation.key, **explanation.variables)

    def _was_offered(self, job: Job, size: Size) -> bool:
        """Say whether the bot has offered just this for a picture of a size that it knew.

        In words people ask for what is not on the buttons, too. A picture of an album is not asked
        about by itself.
        """
        _, shown = job.effect.passes(size)
        is_on_buttons = job.id in self._parts or self._settings.limits.allow(job.effect, size)
        return (job.source == "photo" and is_on_buttons) or shown != size

    def _status(self, job: Job) -> StatusMessage:
        if part := self._parts.get(job.id):
            return part
        return StatusMessage(
            self._bot,
            job.chat_id,
            job.status_message_id,
            reply_to=job.photo_message_id,
            asker_id=job.asker_id,
            keyboard=cancel_keyboard(Translator(self._texts, job.language), job.id),
        )

    def _under(self, job: Job) -> Under:
        under = self._offers.framed(job, Translator(self._texts, job.language))
        part = self._parts.get(job.id)
        return part.noting(under) if part else under

    def _observed(self, job: Job) -> AbstractContextManager[None]:
        return telemetry.observed_job(job.id, job.chat_id, self._bot.token)

    async def _finish(self, job: Job) -> None:
        telemetry.count("Jobs")
        end = self._results.complete(job.claim_key, DOUBLE_TAP_SECONDS, job.id)
        await self._optional(job, end)
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


def _action(job: Job) -> Action:
    with_photo = is_photo(job.sent_like, job.form, lossless=job.effect.lossless)
    return "upload_photo" if with_photo else "upload_document"


def _log(job: Job, error: Exception, explanation: Explanation) -> None:
    if explanation.is_our_fault:
        logger.error("job %s failed: %s", job.id, error, exc_info=cause_to_log(error))
    else:
        logger.info("job %s: %s (%s)", job.id, explanation.key, error)
