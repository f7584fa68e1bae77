"""/settings, a message that turns its own pages, and /forget."""

from contextlib import suppress
from typing import Final

from aiogram import F, Router
from aiogram.enums import ChatType
from aiogram.filters import Command
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message

from handler.conversation.answers import answer
from handler.conversation.dependencies import Dependencies
from handler.conversation.keeping import keeping
from handler.conversation.language import translator
from handler.conversation.preferences import CHOICES, Preferences, choose
from handler.telegram.callback_data import Action, as_action
from handler.telegram.errors import NotModifiedError
from handler.texts.translator import Translator

VERB: Final = "set"
"""``@set`` is the first page, ``@set:light`` that of a setting, ``@set:light:miami`` chooses."""
IN_A_ROW: Final = 2
"""Buttons beside each other on a setting's page."""


def create_router() -> Router:
    """Return a router for settings, which are turned in private, and for /forget."""
    router = Router(name="settings")
    in_private = F.chat.type == ChatType.PRIVATE
    router.message.register(show, F.text, in_private, Command("settings", ignore_case=True))
    router.message.register(forget, F.text, Command("forget", ignore_case=True))
    is_ours = F.data.func(lambda data: as_action(data, VERB)).as_("action")
    router.callback_query.register(turn, is_ours)
    return router


async def show(message: Message, translate: Translator, preferences: Preferences) -> None:
    """Show all settings."""
    await message.answer(translate("settings"), reply_markup=_overview(translate, preferences))


async def turn(
    callback: CallbackQuery,
    action: Action,
    translate: Translator,
    preferences: Preferences,
    dependencies: Dependencies,
) -> None:
    """Turn to a page, or choose and turn back to the first one."""
    setting, choice = (*action.arguments, "", "")[:2]
    if choice:
        if choice not in CHOICES.get(setting, ()):
            await answer(callback, translate("press-unknown"), alert=True)
            return
        with keeping():
            preferences = await choose(dependencies.memory, callback.from_user.id, setting, choice)
        translate = translator(translate.texts, preferences, callback.from_user)
        setting = ""
    await answer(callback, translate("settings-kept") if choice else "")
    text, keyboard = translate("settings"), _overview(translate, preferences)
    if setting in CHOICES:
        text = translate(f"settings-{setting}")
        keyboard = _choices(translate, setting, getattr(preferences, setting))
    if isinstance(callback.message, Message):
        with suppress(NotModifiedError):
            await callback.message.edit_text(text, reply_markup=keyboard)


async def forget(message: Message, translate: Translator, dependencies: Dependencies) -> None:
    """Drop everything that is remembered of a person."""
    if message.from_user is None:
        return
    with keeping():
        await dependencies.memory.forget(message.from_user.id)
    translate = translator(translate.texts, Preferences(), message.from_user)
    await message.answer(translate("forgotten"))


def _overview(translate: Translator, preferences: Preferences) -> InlineKeyboardMarkup:
    rows = []
    for setting in CHOICES:
        choice = _name(translate, setting, getattr(preferences, setting))
        label = translate(f"button-settings-{setting}", choice=choice)
        rows.append([_button(label, setting)])
    return InlineKeyboardMarkup(inline_keyboard=rows)


def _choices(translate: Translator, setting: str, chosen: str) -> InlineKeyboardMarkup:
    buttons = [
        _button(
            f"{'✓ ' if choice == chosen else ''}{_name(translate, setting, choice)}",
            setting,
            choice,
        )
        for choice in CHOICES[setting]
    ]
    rows = [buttons[i : i + IN_A_ROW] for i in range(0, len(buttons), IN_A_ROW)]
    return InlineKeyboardMarkup(
        inline_keyboard=[*rows, [_button(translate("button-settings-back"))]]
    )


def _button(label: str, *arguments: str) -> InlineKeyboardButton:
    return InlineKeyboardButton(text=label, callback_data=str(Action(VERB, arguments)))


def _name(translate: Translator, setting: str, choice: str) -> str:
    """Name a choice; a language in its own words."""
    is_language = setting == "language" and choice != "auto"
    if is_language:
        return translate.texts.get(choice, "language-name")
    return translate(f"choice-{setting}", choice=choice)
