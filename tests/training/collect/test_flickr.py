"""What is asked of Flickr, and how its answers are read."""

from typing import Any

import pytest

from tests.model_layer.command_line import CommandLine
from tests.training.collect.conftest import Collect, Gathered, skipped
from tests.training.collect.fake_flickr import (
    CC_BY_4,
    CC_BY_NC,
    COMMONS,
    GROUP,
    LICENCES,
    RESERVED,
    FakeFlickr,
    Handler,
    content,
    fail,
    status,
)  # fmt: skip
from training.collect import flickr as api


def test_all_pages_are_gone_through(
    flickr: FakeFlickr, collect: Collect, gathered: Gathered, cli: CommandLine
) -> None:
    flickr.page_size = 2
    for _ in range(5):
        flickr.add()
    assert collect("--text", "neon", "--count", 9) == 0
    assert len(gathered()) == 5
    pages = [form["page"] for form in flickr.calls if "page" in form]
    assert pages == ["1", "2", "3"]
    assert cli.out.splitlines()[-1] == "Flickr has no more that fit"


def test_only_free_licences_by_default(
    flickr: FakeFlickr, collect: Collect, gathered: Gathered, cli: CommandLine
) -> None:
    """A search is limited by Flickr; in a group's pool it is for us to look."""
    for licence in (RESERVED, CC_BY_NC, CC_BY_4, COMMONS, "77", None):
        flickr.add(license=licence)
    assert collect("--text", "neon", "--count", 9) == 0
    assert [entry.licence_url for entry in gathered().entries] == [
        LICENCES[CC_BY_4][1], LICENCES[COMMONS][1],
    ]  # fmt: skip
    assert flickr.calls[1]["license"] == "4,7,9,11"
    assert skipped(cli) == {}
    assert collect("--group", GROUP, "--count", 9) == 0
    assert len(gathered()) == 2
    assert skipped(cli) == {"licence not free": 4}


def test_any_licence_when_asked(flickr: FakeFlickr, collect: Collect, gathered: Gathered) -> None:
    flickr.add(license=RESERVED)
    flickr.add(license="77")
    assert collect("--text", "neon", "--count", 9, "--any-licence") == 0
    assert [entry.licence for entry in gathered().entries] == ["All Rights Reserved", "unknown"]


@pytest.mark.parametrize("group", [GROUP, "neon", "https://www.flickr.com/groups/neon/"])
def test_a_group_by_id_name_or_address(
    flickr: FakeFlickr, collect: Collect, gathered: Gathered, group: str
) -> None:
    flickr.add()
    assert collect("--group", group, "--count", 1) == 0
    assert len(gathered()) == 1


def test_searches_take_turns(flickr: FakeFlickr, collect: Collect, gathered: Gathered) -> None:
    for title, tags in (("neon", ""), ("neon", "night rain"), ("", "rain"), ("", "night rain")):
        flickr.add(title=title, tags=tags)
    assert collect("--text", "neon", "--tag", "night,rain", "--count", 9) == 0
    found = [entry.photo_id[-1] for entry in gathered().entries]
    assert found == ["1", "2", "4"]


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (fail(112, "Method not found"), "Flickr: Method not found (code 112)"),
        (status(404), "127.0.0.1: HTTP 404"),
        (status(302, {"Location": "https://example.org/"}), "127.0.0.1: HTTP 302"),
        (content("<html>a portal</html>"), "not the answer of Flickr's API (no JSON)"),
        (content("[]"), "not the answer of Flickr's API (no JSON)"),
        (
            content('{"stat": "ok", "licenses": 3}'),
            "flickr.photos.licenses.getInfo: not the answer of Flickr's API (licenses)",
        ),
    ],
)
def test_what_flickr_refuses_is_one_line(
    flickr: FakeFlickr, collect: Collect, cli: CommandLine, answer: Handler, message: str
) -> None:
    flickr.on_call.append(answer)
    assert collect("--text", "neon", "--count", 1) == 2
    assert cli.errors == [f"error: {message}"]


def test_an_unknown_group(flickr: FakeFlickr, collect: Collect, cli: CommandLine) -> None:
    assert collect("--group", "nobody", "--count", 1) == 2
    assert cli.errors == ["error: Flickr: Group not found (code 1)"]


def test_endless_pages_come_to_an_end(
    flickr: FakeFlickr,
    collect: Collect,
    cli: CommandLine,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(api, "MAX_PAGES", 20)
    flickr.endless = True
    flickr.add()
    assert collect("--group", GROUP, "--count", 9) == 0
    assert skipped(cli) == {"licence not free": 19}


def test_a_last_page_repeated_for_ever_is_seen_once(
    flickr: FakeFlickr, collect: Collect, gathered: Gathered, monkeypatch: pytest.MonkeyPatch
) -> None:
    flickr.page_size = 2
    for _ in range(4):
        flickr.add()
    pages = flickr._page

    def pretend(form: dict[str, str], found: list[dict[str, Any]]) -> Any:
        answer = pages(form, found)
        answer.text = (answer.text or "").replace('"pages": 2', '"pages": 5000')
        return answer

    monkeypatch.setattr(flickr, "_page", pretend)
    assert collect("--text", "neon", "--count", 9) == 0
    assert len(gathered()) == 4
    assert [form["page"] for form in flickr.calls if "page" in form] == ["1", "2", "3"]
