"""How the bot gets its updates: webhook settings and long polling."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from playground.errors import bad_request, conflict
from playground.events import Json
from playground.methods.registry import Invocation, method
from playground.parameters import BOOLEAN, INTEGER, JSON, TEXT
from playground.webhook import WebhookSettings

SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
LOCAL_HOSTS = {"127.0.0.1", "localhost", "::1"}
MAX_POLL_SECONDS = 50
DEFAULT_CONNECTIONS = 40


@method(
    "setWebhook",
    {
        "url": TEXT,
        "secret_token": TEXT,
        "allowed_updates": JSON,
        "max_connections": INTEGER,
        "drop_pending_updates": BOOLEAN,
    },
    ("ip_address",),
)
async def set_webhook(call: Invocation) -> bool:
    """Have updates delivered to a URL; an empty one means none."""
    given = call.parameters
    url = given.text("url")
    if url:
        _check_url(url)
    secret = given.text("secret_token")
    if secret and not SECRET.fullmatch(secret):
        reason = "is too long" if len(secret) > 256 else "contains unallowed characters"
        raise bad_request(f"secret token {reason}")
    connections = given.integer("max_connections", DEFAULT_CONNECTIONS)
    if not 1 <= connections <= 100:
        raise bad_request("max_connections must be between 1 and 100")
    if given.flag("drop_pending_updates"):
        call.state.updates.clear()
    _allow(call, given.get("allowed_updates"))
    call.state.webhook.configure(WebhookSettings(url, secret, connections) if url else None)
    return True


def _check_url(url: str) -> None:
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise bad_request("bad webhook: invalid webhook URL specified") from error
    local = parts.scheme == "http" and parts.hostname in LOCAL_HOSTS
    if not parts.hostname or not (parts.scheme == "https" or local):
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")


def _allow(call: Invocation, kinds: Any) -> None:
    """Set the wanted kinds of updates; when the parameter is missing, the former ones stay."""
    if kinds is None:
        return
    if not isinstance(kinds, list) or not all(isinstance(kind, str) for kind in kinds):
        raise bad_request("can't parse allowed_updates: expected an Array of String")
    call.state.updates.allow(kinds)


@method("deleteWebhook", {"drop_pending_updates": BOOLEAN})
async def delete_webhook(call: Invocation) -> bool:
    """Stop deliveries."""
    if call.parameters.flag("drop_pending_updates"):
        call.state.updates.clear()
    call.state.webhook.configure(None)
    return True


@method("getWebhookInfo", {})
async def get_webhook_info(call: Invocation) -> Json:
    """Tell where updates go, how many wait, and what went wrong last."""
    webhook = call.state.webhook
    info: Json = {
        "url": webhook.settings.url if webhook.settings else "",
        "has_custom_certificate": False,
        "pending_update_count": len(call.state.updates.pending()),
    }
    if webhook.settings:
        info["max_connections"] = webhook.settings.max_connections
    if webhook.last_error is not None:
        info["last_error_date"] = webhook.last_error.date
        info["last_error_message"] = webhook.last_error.message
    if call.state.updates.allowed:
        info["allowed_updates"] = sorted(call.state.updates.allowed)
    return info


@method(
    "getUpdates", {"offset": INTEGER, "limit": INTEGER, "timeout": INTEGER, "allowed_updates": JSON}
)
async def get_updates(call: Invocation) -> list[Json]:
    """Return waiting updates, or wait for one."""
    if call.state.webhook.settings is not None:
        raise conflict(
            "can't use getUpdates method while webhook is active; "
            "use deleteWebhook to delete the webhook first"
        )
    given = call.parameters
    _allow(call, given.get("allowed_updates"))
    limit = min(max(given.integer("limit", 100), 1), 100)
    seconds = min(max(given.integer("timeout"), 0), MAX_POLL_SECONDS)
    return await call.state.updates.poll(given.integer("offset"), limit, seconds)
