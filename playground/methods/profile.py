"""What the bot says about itself."""

from __future__ import annotations

import re
from typing import Any

from playground.entities import utf16_length
from playground.errors import bad_request
from playground.events import Json
from playground.methods.registry import Invocation, method
from playground.parameters import JSON, TEXT
from playground.profile import scope_key

COMMAND = re.compile(r"[a-z0-9_]{1,32}")
LANGUAGE = re.compile(r"[a-z]{2}")
MAX_COMMANDS = 100
MAX_COMMAND_DESCRIPTION = 256
MAX_NAME = 64
MAX_DESCRIPTION = 512
MAX_SHORT_DESCRIPTION = 120
BY_LANGUAGE = {"language_code": TEXT}
# By type of scope, what else names it.
SCOPES: dict[str, tuple[str, ...]] = {
    "default": (),
    "all_private_chats": (),
    "all_group_chats": (),
    "all_chat_administrators": (),
    "chat": ("chat_id",),
    "chat_administrators": ("chat_id",),
    "chat_member": ("chat_id", "user_id"),
}


@method("getMe", {})
async def get_me(call: Invocation) -> Json:
    """Return the bot's own user."""
    return {
        **call.state.bot_user(),
        "can_join_groups": True,
        "can_read_all_group_messages": False,
        "supports_inline_queries": False,
    }


def _language(call: Invocation) -> str:
    code = call.parameters.text("language_code")
    if code and not LANGUAGE.fullmatch(code):
        raise bad_request("invalid language code specified")
    return code


def _scope(call: Invocation) -> str:
    """Return the scope that commands are for, in one spelling."""
    scope = call.parameters.get("scope") or {"type": "default"}
    if not isinstance(scope, dict) or scope.get("type") not in SCOPES:
        raise bad_request("can't parse BotCommandScope: unsupported type specified")
    if missing := [name for name in SCOPES[scope["type"]] if scope.get(name) is None]:
        raise bad_request(f"can't parse BotCommandScope: {missing[0]} is empty")
    return scope_key(scope)


@method("setMyCommands", {**BY_LANGUAGE, "commands": JSON, "scope": JSON})
async def set_my_commands(call: Invocation) -> bool:
    """Set the commands of the menu for a scope and a language."""
    commands = call.parameters.get("commands")
    if not isinstance(commands, list):
        raise bad_request("can't parse commands: expected an Array")
    if len(commands) > MAX_COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    checked = [_checked_command(item) for item in commands]
    call.state.profile.commands.setdefault(_scope(call), {})[_language(call)] = checked
    return True


def _checked_command(item: Any) -> Json:
    if not isinstance(item, dict):
        raise bad_request("can't parse BotCommand: expected an Object")
    command = str(item.get("command", "")).removeprefix("/")
    description = str(item.get("description", "")).strip()
    if not COMMAND.fullmatch(command):
        raise bad_request("BOT_COMMAND_INVALID")
    if not 1 <= utf16_length(description) <= MAX_COMMAND_DESCRIPTION:
        raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    return {"command": command, "description": description}


@method("getMyCommands", {**BY_LANGUAGE, "scope": JSON})
async def get_my_commands(call: Invocation) -> list[Json]:
    """Return the commands that were set for exactly this scope and language."""
    return call.state.profile.commands.get(_scope(call), {}).get(_language(call), [])


@method("deleteMyCommands", {**BY_LANGUAGE, "scope": JSON})
async def delete_my_commands(call: Invocation) -> bool:
    """Remove the commands of a scope and a language."""
    call.state.profile.commands.get(_scope(call), {}).pop(_language(call), None)
    return True


def _store(call: Invocation, texts: dict[str, str], parameter: str, limit: int) -> bool:
    text = call.parameters.text(parameter)
    if utf16_length(text) > limit:
        raise bad_request(f"bot {parameter.replace('_', ' ')} is too long")
    if text:
        texts[_language(call)] = text
    else:
        texts.pop(_language(call), None)
    return True


@method("setMyName", {**BY_LANGUAGE, "name": TEXT})
async def set_my_name(call: Invocation) -> bool:
    """Set the bot's name for a language."""
    return _store(call, call.state.profile.names, "name", MAX_NAME)


@method("getMyName", BY_LANGUAGE)
async def get_my_name(call: Invocation) -> Json:
    """Return the name for a language, or the one for all."""
    profile = call.state.profile
    return {"name": profile.names.get(_language(call), profile.name())}


@method("setMyDescription", {**BY_LANGUAGE, "description": TEXT})
async def set_my_description(call: Invocation) -> bool:
    """Set what an empty chat shows."""
    return _store(call, call.state.profile.descriptions, "description", MAX_DESCRIPTION)


@method("getMyDescription", BY_LANGUAGE)
async def get_my_description(call: Invocation) -> Json:
    """Return the description that was set for exactly this language."""
    return {"description": call.state.profile.descriptions.get(_language(call), "")}


@method("setMyShortDescription", {**BY_LANGUAGE, "short_description": TEXT})
async def set_my_short_description(call: Invocation) -> bool:
    """Set what the bot's profile page shows."""
    texts = call.state.profile.short_descriptions
    return _store(call, texts, "short_description", MAX_SHORT_DESCRIPTION)


@method("getMyShortDescription", BY_LANGUAGE)
async def get_my_short_description(call: Invocation) -> Json:
    """Return the short description that was set for exactly this language."""
    return {"short_description": call.state.profile.short_descriptions.get(_language(call), "")}
