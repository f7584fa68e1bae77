import asyncio

import aiohttp
import pytest
from multidict import CIMultiDict, CIMultiDictProxy

from playground.errors import ApiError
from playground.request_body import Body, read_body

LINES = ("--x", 'Content-Disposition: form-data; name="text"', "", "Привет", "--x--", "")
FILE = (
    "--x",
    'Content-Disposition: form-data; name="photo"; filename="ночь.jpg"',
    "Content-Type: image/jpeg",
    "",
    "bytes",
    "--x--",
    "",
)


async def read(content_type: str | None, data: bytes) -> Body:
    protocol = aiohttp.base_protocol.BaseProtocol(asyncio.get_running_loop())
    content = aiohttp.StreamReader(protocol, limit=2**16)
    content.feed_data(data)
    content.feed_eof()
    headers = CIMultiDict({"Content-Type": content_type} if content_type else {})
    return await read_body(CIMultiDictProxy(headers), content)


@pytest.mark.parametrize(
    ("content_type", "data"),
    [
        ("application/json; charset=utf-8", '{"text": "Привет", "none": null}'.encode()),
        ("application/x-www-form-urlencoded", b"text=%D0%9F%D1%80%D0%B8%D0%B2%D0%B5%D1%82"),
        ("multipart/form-data; boundary=x", "\r\n".join(LINES).encode()),
    ],
)
async def test_all_encodings_say_the_same(content_type: str, data: bytes) -> None:
    assert await read(content_type, data) == Body({"text": "Привет"})


@pytest.mark.parametrize("content_type", [None, "application/json", "text/plain"])
async def test_empty_body(content_type: str | None) -> None:
    assert await read(content_type, b"") == Body()


async def test_file() -> None:
    body = await read("multipart/form-data; boundary=x", "\r\n".join(FILE).encode())
    upload = body.uploads["photo"]
    assert (upload.file_name, upload.content_type, upload.data) == (
        "ночь.jpg",
        "image/jpeg",
        b"bytes",
    )
    assert "b'bytes'" not in repr(body)


@pytest.mark.parametrize(
    ("content_type", "data"),
    [
        ("application/json", b"{"),
        ("application/json", b"[]"),
        ("application/json", b'{"text": "\xff"}'),
        ("multipart/form-data", b"--x--\r\n"),
        ("multipart/form-data; boundary=x", b"no parts at all"),
        ("multipart/form-data; boundary=x", b"--x\r\nno header\r\n\r\nbody\r\n--x--\r\n"),
        ("multipart/form-data; boundary=x", b"--x\r\nA: b\r\n\r\nnameless\r\n--x--\r\n"),
        ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="a"\r\n'),
    ],
)
async def test_malformed_bodies_are_refused(content_type: str, data: bytes) -> None:
    with pytest.raises(ApiError) as caught:
        await read(content_type, data)
    assert caught.value.error_code == 400
