"""Keeps other web pages out of the playground, which has no passwords.

A page that somebody visits could send requests to this machine: straight across sites, or under a
name of its own that it lets point here (DNS rebinding), which makes it the same site for a browser.
"""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

# A page may be opened from anywhere; it is what it does then that must come from itself.
READABLE_ACROSS = frozenset({"navigate"})
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
}


def gatekeeper(own_host: str) -> Middleware:
    """Return a middleware that answers 403 to what another web page asks for.

    Names are refused unless they are localhost or ``own_host``: an address by number cannot be
    rebound. The Bot API is open under any name, as containers have them, to who has the token and
    is no browser on another page.

    Args:
        own_host: where the playground listens.
    """

    @web.middleware
    async def keep(request: web.Request, handler: Handler) -> web.StreamResponse:
        if not (_is_bot_api(request.path) or _is_own_name(request.host, own_host)):
            raise web.HTTPForbidden(text="the playground has another name")
        if _comes_from_elsewhere(request):
            raise web.HTTPForbidden(text="the playground takes nothing from other pages")
        return await handler(request)

    return keep


async def add_headers(request: web.Request, response: web.StreamResponse) -> None:
    """Let no other page embed what the playground answers, nor guess at its type."""
    if not _is_bot_api(request.path):
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)


def _is_bot_api(path: str) -> bool:
    return path.startswith(("/bot", "/file/bot"))


def _is_own_name(host: str, own_host: str) -> bool:
    name = _host_name(host)
    if name is None:
        return False
    if name in {"localhost", own_host.lower()}:
        return True
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _host_name(host: str) -> str | None:
    try:
        return urlsplit(f"//{host}").hostname
    except ValueError:
        return None


def _comes_from_elsewhere(request: web.Request) -> bool:
    """Say whether a browser says that another page asks."""
    origin = request.headers.get("Origin")
    # Whatever the scheme: a proxy may stand before the playground that speaks HTTPS.
    if origin is not None and origin.lower().partition("://")[2] != request.host.lower():
        return True
    site = request.headers.get("Sec-Fetch-Site", "none")
    mode = request.headers.get("Sec-Fetch-Mode", "")
    across = site in {"cross-site", "same-site"}
    return across and not (request.method == "GET" and mode in READABLE_ACROSS)
