"""Makes the result of one picture, and sends it: download, effect, delivery."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack, nullcontext
from dataclasses import dataclass

from aiogram import Bot
from PIL import Image

from handler.jobs import planning
from handler.jobs.failures import CancelledJobError
from handler.jobs.job import Job
from handler.jobs.line import Line, settled
from handler.jobs.model_thread import ModelThread, Turn
from handler.jobs.offers import Offers
from handler.jobs.open_jobs import OpenJobs
from handler.jobs.pictures import Pictures
from handler.jobs.planning import WorkingText
from handler.jobs.results import Result, ResultCache, if_possible
from handler.jobs.room import Room, Share
from handler.observability import telemetry
from handler.settings import Settings
from handler.telegram.album import PartStatus
from handler.telegram.callback_data import Wish
from handler.telegram.deliver import Under, deliver, encode_for, resend
from handler.telegram.delivery import best_delivery, is_photo
from handler.telegram.download import download
from handler.telegram.keyboards import Button, keyboard
from handler.telegram.status import Action, Pace, Progress, StatusMessage
from handler.texts.texts import Texts
from handler.texts.translator import Translator
from model_layer import Effect, Refusal, Size
from model_layer.comparing.preview import preview
from model_layer.effects import PILLOW_BYTES
from model_layer.images import Decoded
from model_layer.planning.memory import tidy_up
from model_layer.planning.runtime import combiner_of

NOTIFY_SECONDS = 20.0
"""After work of this length a short reply notifies the person: an edit makes no sound."""

Begin = Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Task:
    """A job in hand."""

    job: Job
    status: StatusMessage
    """Where the person sees it; of a part of an album, what keeps its result."""
    begin: Begin | None = None
    """Called before what may kill this process: decoding and computing."""
    was_killed: bool = False
    """Whether a process was killed over it before."""
    share: Share | None = None
    """All of the memory, where the job is to be alone; else it takes what it needs."""


class Maker:
    """Makes results, several at once if asked to; the networks still run one at a time.

    Downloads and uploads have bounds of their own: a job that waits for Telegram keeps nobody from
    the model. Nothing is written to disk.

    Args:
        bot: downloads and sends.
        results: remembers what was sent.
        open_jobs: decides which answer a job gets.
        settings: limits of time and size.
        texts: what the bot says.
        offers: what is offered under a result.
        model: where networks run.
        pictures: where pictures are decoded.
        room: shares out the memory.
        line: is told what is in work.
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
        model: ModelThread,
        pictures: Pictures,
        room: Room,
        line: Line,
        pace: Pace,
    ) -> None:
        self._bot = bot
        self._results = results
        self._open_jobs = open_jobs
        self._settings = settings
        self._texts = texts
        self._offers = offers
        self._model = model
        self._pictures = pictures
        self._room = room
        self._line = line
        self._pace = pace
        self._downloads = asyncio.Semaphore(settings.transfers)
        self.uploads = asyncio.Semaphore(settings.transfers)
        """Bounds the results that are sent at a time."""

    async def answer(self, task: Task) -> Result | None:
        """Send the result; returns what to remember of it, if anything.

        Raises:
            CancelledJobError: the person was quicker.
            Exception: it cannot be made or sent.
        """
        job = task.job
        if known := await self._resent(task, job):
            return known
        working = WorkingText(self._texts, job, is_warm=self._model.is_warm())
        progressing = task.status.progress(working, _action(job), self._pace)
        with self._line.working(job, working):
            async with progressing as progress:
                result, made = await self._make(task, progress, working)
        if result is not None:
            await if_possible(job, self._results.put(made.result_key, result))
        elif isinstance(task.status, PartStatus):
            task.status.keys.append(made.result_key)
        return result

    async def begin_answer(self, job: Job) -> None:
        """Say that the job gets its result now.

        Raises:
            CancelledJobError: the person was quicker.
        """
        if not await self._open_jobs.begin_answer(job):
            raise CancelledJobError("cancelled before its result came")

    async def settled(self, job: Job) -> None:
        """Wait until nothing else is written into the status message of a job that is answered."""
        await if_possible(job, settled(job.chat_id, job.status_message_id, self._results))

    async def _begin_answer(self, task: Task) -> None:
        if not isinstance(task.status, PartStatus):  # that is sent later
            await self.begin_answer(task.job)

    async def _resent(self, task: Task, job: Job) -> Result | None:
        """Send a remembered result again, if there is one that Telegram still has.

        Args:
            task: to be done.
            job: of the task, as it would be done.
        """
        known = await if_possible(job, self._results.get(job.result_key))
        if known is None:
            return None
        await self._begin_answer(task)
        if await resend(task.status, known, self._under(task, job)):
            telemetry.count("CacheHits")
            return known
        await if_possible(job, self._results.forget(job.result_key))
        return None

    async def _make(
        self, task: Task, progress: Progress, working: WorkingText
    ) -> tuple[Result | None, Job]:
        """Make and send the result.

        Returns:
            What to remember, and the job as it was done: by which weights, in which light.
        """
        loop = asyncio.get_running_loop()
        began = loop.time()
        job, other_way = task.job, None
        async with self._downloads:
            with telemetry.stage("Download"):
                data = await download(self._bot, job.file_id)
                other_id = job.reference and job.reference.file_id
                other = await download(self._bot, other_id) if other_id else None
        seconds_left = self._settings.job_seconds - (loop.time() - began)
        async with AsyncExitStack() as sharing:
            # Who is alone has no need of a place: it may be held by a job that waits for the room.
            async with self._pictures.places if task.share is None else nullcontext():
                if task.begin:
                    await if_possible(job, task.begin())
                share = task.share
                if share is None:
                    needed = await self._pictures.predict(job.effect, data, other)
                    share = await sharing.enter_async_context(self._room.share(needed))
                picture = await self._pictures.decode(data)
                reference = await self._pictures.decode(other) if other else None
                del data, other
                if job.effect.uses_model:
                    # The time of other jobs in the model's thread is not counted against this one.
                    async with self._model.turn(seconds_left) as turn:
                        if reference:
                            job = await _resolved(turn, job, reference.image)
                            other_way = await turn.resolve(task.job.effect, picture.image)
                        done, job = await self._compute(
                            turn,
                            task,
                            job,
                            picture,
                            progress=progress,
                            working=working,
                            memory=self._room.left_for(share),
                        )
                        if isinstance(done, Result):
                            await self._offer(task, other_way)
                            return done, job
                        image = done
                else:
                    image = await self._combined(job, picture, reference)
                shown = await self._preview(task, job, picture, image)
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
                await self._pictures.run(tidy_up, image.width * image.height)
            if task.share is None:
                kept = PILLOW_BYTES * image.width * image.height + len(encoded[1])
                self._room.reduce(share, kept)
            async with self.uploads:
                await self._begin_answer(task)
                with telemetry.stage("Delivery"):
                    is_long = loop.time() - began > NOTIFY_SECONDS
                    sent = await deliver(
                        task.status,
                        image,
                        encoded,
                        self._under(task, job),
                        preview=shown,
                        notice=self._translator(job)("result-ready") if is_long else None,
                    )
                    await self._offer(task, other_way)
                    return sent, job

    async def _offer(self, task: Task, other_way: Effect | None) -> None:
        """Offer what may have been meant: the light of the photo, for the second picture."""
        if other_way is None or task.job.reference is None:
            return
        translate = self._translator(task.job)
        markup = keyboard(translate, [[Button("light-from-other", Wish(other_way))]])
        reply_to = task.job.reference.message_id
        await task.status.offer(translate("light-from-other"), markup, reply_to)

    async def _compute(
        self,
        turn: Turn,
        task: Task,
        job: Job,
        picture: Decoded,
        *,
        progress: Progress,
        working: WorkingText,
        memory: float,
    ) -> tuple[Image.Image | Result, Job]:
        """Apply a job's effect, unless it turns out that its result is known.

        Args:
            turn: of the model's thread.
            task: as it came: a job whose result is not known.
            job: to be done.
            picture: of the job.
            progress: is shown.
            working: is said meanwhile.
            memory: bytes that may be taken.

        Returns:
            The picture, or the result that was sent; and the job as it was done.
        """
        size, others = picture.image.size, self._offers.first(job.source)
        choice = await turn.choose(job, size, self._settings, others, memory)
        if isinstance(choice, Refusal) and choice.smaller and self._was_offered(task, job, size):
            choice = choice.smaller
        if isinstance(choice, Refusal):
            raise planning.refused(choice, self._translator(job))
        working.begin(choice)
        progress.renew()
        planned = job.model_copy(
            update={"model_digest": choice.model.sha256, "effect_code": choice.effect.code}
        )
        if planned.result_key != task.job.result_key and (
            known := await self._resent(task, planned)
        ):
            return known, planned
        with telemetry.stage("Effect"):
            return await turn.apply(choice, picture.image, progress.report), planned

    async def _combined(self, job: Job, picture: Decoded, reference: Decoded | None) -> Image.Image:
        """Make one picture of two, without a model."""
        if reference is None:
            raise ValueError(f"{job.effect_code} needs two pictures")
        combine = combiner_of(job.effect.family).combine
        return await self._pictures.run(combine, reference.image, picture.image)

    async def _preview(
        self, task: Task, job: Job, picture: Decoded, image: Image.Image
    ) -> Image.Image | None:
        """Show what a file has gained, where its effect has it so."""
        if not job.effect.has_preview or isinstance(task.status, PartStatus):
            return None
        return await self._pictures.run(preview, picture.image, image)

    def _was_offered(self, task: Task, job: Job, size: Size) -> bool:
        """Say whether the bot has offered just this for a picture of a size that it knew.

        In words people ask for what is not on the buttons, too. A picture of an album is not asked
        about by itself.
        """
        _, shown = job.effect.passes(size)
        is_part = isinstance(task.status, PartStatus)
        is_on_buttons = is_part or self._settings.limits.allow(job.effect, size)
        return (job.source == "photo" and is_on_buttons) or shown != size

    def _under(self, task: Task, job: Job) -> Under:
        under = self._offers.framed(job, self._translator(job))
        return task.status.noting(under) if isinstance(task.status, PartStatus) else under

    def _translator(self, job: Job) -> Translator:
        return Translator(self._texts, job.language)


async def _resolved(turn: Turn, job: Job, reference: Image.Image) -> Job:
    """Return the job with what its effect becomes by a second picture."""
    effect = await turn.resolve(job.effect, reference)
    return job.model_copy(update={"effect_code": effect.code, "reference": None})


def _action(job: Job) -> Action:
    with_photo = is_photo(job.sent_like, job.form, lossless=job.effect.lossless)
    return "upload_photo" if with_photo else "upload_document"
