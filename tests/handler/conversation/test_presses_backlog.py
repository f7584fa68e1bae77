"""A person taps again while the first tap's job still waits."""

from pathlib import Path

from handler.aws.sqs import USUAL_RETENTION_SECONDS
from tests.aws import Aws
from tests.handler.running_bot import RunningBot, finished, results, run_bot


def let_pass(bot: RunningBot, seconds: float) -> None:
    """Let time go on for what is remembered."""
    cache = bot.services.results
    clock = cache._clock
    cache._clock = lambda: clock() + seconds


async def test_behind_a_full_queue_of_long_jobs_the_first_tap_is_still_known(
    bot: RunningBot,
) -> None:
    bot.engine.gate.clear()
    alice = bot.telegram.person()
    offer = await bot.offered(alice)
    assert await alice.press("neon:neon", offer) == bot.texts(alice, "press-accepted-neon")
    await bot.said(alice)  # all is noted
    let_pass(bot, bot.services.settings.queue_size * bot.services.settings.job_seconds)
    assert await alice.press("neon:neon", offer) == bot.texts(alice, "press-already")
    bot.engine.gate.set()
    await alice.wait_for(lambda message: "photo" in message)
    await finished(bot, alice)
    assert len(results(alice)) == 1


async def test_a_tap_is_known_for_as_long_as_sqs_may_keep_its_job(weights: Path, aws: Aws) -> None:
    queue, table = aws.fifo_queue(), aws.table()
    async with run_bot(weights, queue_url=queue.url, results_table=table) as bot:
        alice = bot.telegram.person()
        offer = await bot.offered(alice)
        accepted = bot.texts(alice, "press-accepted-neon")
        already = bot.texts(alice, "press-already")
        assert await alice.press("neon:neon", offer) == accepted
        await bot.said(alice)
        let_pass(bot, USUAL_RETENTION_SECONDS)
        assert await alice.press("neon:neon", offer) == already
        let_pass(bot, 2 * bot.services.settings.job_seconds)  # now SQS has dropped the job
        assert await alice.press("neon:neon", offer) == accepted
