"""docs/architecture.md says of retries what the code does."""

from pathlib import Path

from aiogram.methods import TelegramMethod

from handler.telegram.retry import POLICIES, ProgressEdit, RetryPolicy

TEXT = (Path(__file__).parents[1] / "docs" / "architecture.md").read_text(encoding="utf-8")


def name(method: type) -> str:
    if method is TelegramMethod:
        return "`sendMessage`, and what is not named here"
    if method is ProgressEdit:
        return "`editMessageText` of progress"
    return f"`{method.__api_method__}`"  # type: ignore[attr-defined]


def row(policy: RetryPolicy, methods: list[type]) -> str:
    pause = f"{policy.backoff:g} s, doubling" if policy.attempts > 1 else "–"
    wait = f"{policy.max_retry_after:g} s" if policy.max_retry_after else "–"
    lost = "repeated" if policy.repeats_lost else "not repeated"
    cells = (policy.attempts, pause, wait, f"{policy.timeout:g} s", lost)
    return " | ".join(("| " + ", ".join(map(name, methods)), *map(str, cells))) + " |"


def test_the_table_of_retries_is_the_one_in_the_code() -> None:
    methods: dict[RetryPolicy, list[type]] = {}
    for method, policy in POLICIES.items():
        methods.setdefault(policy, []).append(method)
    table = TEXT.partition("|---|---|---|---|---|---|\n")[2].partition("\n\n")[0].splitlines()
    assert table == [row(policy, kinds) for policy, kinds in methods.items()]
