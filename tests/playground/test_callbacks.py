import pytest

from playground.callbacks import CallbackAnswer, CallbackQueries
from playground.errors import ApiError


async def test_answer_in_time_resolves_the_query() -> None:
    queries = CallbackQueries()
    query = queries.open(chat_id=7)
    assert queries.answer(query.id, CallbackAnswer("Yes", show_alert=False)).chat_id == 7
    assert (await query.answer).text == "Yes"


async def test_late_answer_is_refused() -> None:
    queries = CallbackQueries()
    queries.lifetime = -1.0
    query = queries.open(chat_id=7)
    with pytest.raises(ApiError, match="query is too old"):
        queries.answer(query.id, CallbackAnswer(None, show_alert=False))
    assert not query.answer.done()
