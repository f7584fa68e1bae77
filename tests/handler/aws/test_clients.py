"""Clients for AWS: lazy, shared, patient but not for ever."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from botocore.exceptions import NoRegionError

from handler.aws import clients
from handler.aws.sqs import LONGEST_POLL_SECONDS
from tests.aws import Aws


def test_threads_share_one_client(aws: Aws) -> None:
    with ThreadPoolExecutor(8) as threads:
        made = set(threads.map(lambda _: clients.client("sqs"), range(8)))
    assert len(made) == 1
    clients.forget_clients()
    assert clients.client("sqs") not in made


def test_clients_retry_and_give_up(aws: Aws) -> None:
    config: Any = clients.client("dynamodb").meta.config
    assert config.retries == {"mode": "standard", "total_max_attempts": clients.ATTEMPTS}
    # All attempts together must leave a press time to be answered within the webhook's half
    # minute.
    assert clients.ATTEMPTS * config.read_timeout < 20


def test_a_long_poll_is_no_timeout() -> None:
    assert clients.READ_SECONDS["sqs"] > LONGEST_POLL_SECONDS


def test_a_missing_region_is_one_clear_line(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_REGION")
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    with pytest.raises(NoRegionError, match="must specify a region"):
        clients.client("sqs")
