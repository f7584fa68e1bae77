"""Entries of Flickr's lists."""

from typing import Any

import pytest

from training.collect.licences import Licence
from training.collect.photo import Photo


def photo(**changes: Any) -> Photo | None:
    return Photo.from_entry({"id": "1", "owner": "2@N03", **changes})


def test_what_is_missing_is_empty() -> None:
    found = photo()
    assert found == Photo("1", "", "2@N03", "", "https://www.flickr.com/photos/2@N03/1/", ())
    assert found.size(100) is None


def test_a_title_may_be_wrapped() -> None:
    found = photo(title={"_content": " neon\nrain "})
    assert found
    assert found.title == "neon rain"


def test_an_owner_cannot_bend_the_address_of_the_page() -> None:
    found = photo(owner="../../x?y#z")
    assert found
    assert found.page == "https://www.flickr.com/photos/..%2F..%2Fx%3Fy%23z/1/"


@pytest.mark.parametrize(
    ("url", "width", "height"),
    [(None, 5, 5), (5, 5, 5), ("u", None, 5), ("u", "wide", 5), ("u", 0, 5), ("u", 5, [])],
)
def test_a_size_that_is_none_is_left_out(url: Any, width: Any, height: Any) -> None:
    found = photo(url_l=url, width_l=width, height_l=height)
    assert found
    assert found.sizes == ()


@pytest.mark.parametrize("entry", [None, [], "1", {}, {"id": "x"}, {"id": "1" * 21}, {"id": "１"}])
def test_what_is_no_photo(entry: Any) -> None:
    assert Photo.from_entry(entry) is None


@pytest.mark.parametrize(
    ("url", "free"),
    [
        ("", False),
        ("https://creativecommons.org/licenses/by/2.0/", True),
        ("http://www.creativecommons.org/licenses/by/4.0/", True),
        ("https://creativecommons.org/licenses/by-sa/2.0/", True),
        ("https://creativecommons.org/publicdomain/zero/1.0/", True),
        ("https://creativecommons.org/publicdomain/mark/1.0/", True),
        ("https://www.flickr.com/commons/usage/", True),
        ("http://flickr.com/commons/usage/", True),
        ("http://www.usa.gov/copyright.shtml", True),
        ("https://creativecommons.org/licenses/by-nc/2.0/", False),
        ("https://creativecommons.org/licenses/by-nd/2.0/", False),
        ("https://creativecommons.org/licenses/by-nc-sa/4.0/", False),
        ("https://www.flickrhelp.com/hc/en-us/articles/10710266545556", False),
        ("https://creativecommons.org.example.com/licenses/by/2.0/", False),
        ("https://example.com/licenses/by/2.0/", False),
    ],
)
def test_free_licences(url: str, free: bool) -> None:
    assert Licence("1", "some licence", url).free is free
