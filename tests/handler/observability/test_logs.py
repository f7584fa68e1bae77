"""No token in a log, whatever happens."""

import logging
from collections.abc import Iterator

import pytest

from handler.observability.logs import configure_logging, hide_in_logs, redact
from playground import ApiError
from tests.handler.running_bot import SECRET, TOKEN, RunningBot, is_text, jpeg

WORD = "open-sesame-123"
logger = logging.getLogger("somebody.else")


@pytest.fixture(autouse=True)
def _hidden_word() -> None:
    hide_in_logs(WORD, "<word>")


@pytest.fixture
def everything(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    with caplog.at_level(logging.DEBUG):
        yield caplog


def _dump(caplog: pytest.LogCaptureFixture) -> str:
    """Return everything a log handler could ever write of the records."""
    parts = [caplog.text]
    for record in caplog.records:
        parts += [record.getMessage(), repr(record.__dict__), repr(record.exc_info)]
        if record.exc_info and record.exc_info[1]:
            parts += [repr(record.exc_info[1]), str(record.exc_info[1])]
    return "\n".join(parts)


def test_a_secret_in_message_and_arguments_is_replaced(
    everything: pytest.LogCaptureFixture,
) -> None:
    logger.info("GET /bot%s/getMe", WORD)
    logger.info(f"GET /bot{WORD}/getMe")
    logger.info("calls: %r", {"url": f"/bot{WORD}"})
    assert WORD not in _dump(everything)
    assert [r.getMessage() for r in everything.records][:2] == ["GET /bot<word>/getMe"] * 2


def test_a_secret_in_an_exception_is_replaced_and_the_traceback_kept(
    everything: pytest.LogCaptureFixture,
) -> None:
    try:
        try:
            raise ConnectionError(f"cannot reach https://api/bot{WORD}/getMe")
        except ConnectionError as error:
            raise RuntimeError("no luck") from error
    except RuntimeError:
        logger.exception("failed")
    assert WORD not in _dump(everything)
    assert "bot<word>/getMe" in everything.text
    assert "RuntimeError: no luck" in everything.text


def test_a_secret_in_a_stack_is_replaced(everything: pytest.LogCaptureFixture) -> None:
    logger.info("where", stack_info=True)  # open-sesame-123 stands in this very line
    assert WORD not in _dump(everything)


def test_records_without_secrets_are_left_as_they_are(everything: pytest.LogCaptureFixture) -> None:
    try:
        raise ValueError("plain")
    except ValueError:
        logger.exception("one %s", "argument")
    (record,) = everything.records
    assert (record.msg, record.args) == ("one %s", ("argument",))
    assert record.exc_info


def test_a_wrong_format_string_does_no_harm(everything: pytest.LogCaptureFixture) -> None:
    logger.info("%d of one", WORD)
    assert WORD not in _dump(everything)


def test_redact() -> None:
    assert redact(f"a {WORD} b") == "a <word> b"


def test_the_level_is_set() -> None:
    configure_logging("warning")
    assert logging.getLogger().level == logging.WARNING
    with pytest.raises(ValueError, match="LOUD"):
        configure_logging("loud")


async def test_a_whole_evening_with_failures_leaves_no_secret_in_the_log(
    everything: pytest.LogCaptureFixture, bot: RunningBot
) -> None:
    alice = bot.telegram.person()
    refused = ApiError(400, "Bad Request: something new")
    offer = await bot.offered(alice, jpeg())
    for method, code in (("getFile", "lights:neon"), ("editMessageMedia", "neon:neon")):
        bot.telegram.fail_next(method, refused)
        await alice.press(code, offer)
        await alice.wait_for(lambda message: "text" in message and message["text"][-1] in "🫥🔌")
    bot.engine.failure = OSError(f"cannot open /bot{TOKEN}/weights")
    await alice.press("neon:neon", offer)
    await alice.wait_for(is_text(bot.texts(alice, "error-internal")))
    bot.telegram.fail_next("sendMessage", ApiError(502, "Bad Gateway"), times=2)
    await alice.send_text("/help")
    assert await bot.post(b"{", SECRET) == 400
    assert await bot.post({"update_id": 10**9}, "wrong") == 401
    bot.telegram.fail_next("getMe", ApiError(401, "Unauthorized"))
    with pytest.raises(Exception, match="Unauthorized") as failure:
        await bot.services.bot.get_me()
    logger.error("as a careless caller would log it", exc_info=failure.value)
    async with bot.services.bot.session._session.get(  # type: ignore[attr-defined]
        f"{bot.telegram.url}/file/bot{TOKEN}/no/such/file"
    ) as response:
        try:
            response.raise_for_status()
        except Exception:
            logger.exception("aiohttp quotes the address")
    await alice.send_text("hello")
    await alice.wait_for(is_text(bot.texts(alice, "hint-text")))
    log = _dump(everything)
    assert "aiohttp quotes the address" in log
    assert "<token>" in log
    assert TOKEN not in log
    assert TOKEN.partition(":")[2] not in log
    assert SECRET not in log
