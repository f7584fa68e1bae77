"""The buttons. What a press sends back is at most 64 bytes, as Telegram demands."""

from collections.abc import Iterable
from typing import Final

from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from handler.texts.say import Say
from model_layer.effects import Effect, UnknownEffectError, parse_effect

START: Final = "start"


def start_keyboard(say: Say) -> InlineKeyboardMarkup:
    """Return the one big button of the greeting."""
    button = InlineKeyboardButton(text=say("button-start"), callback_data=START)
    return InlineKeyboardMarkup(inline_keyboard=[[button]])


def effects_keyboard(say: Say, effects: Iterable[Effect]) -> InlineKeyboardMarkup:
    """Return a row of buttons for each family among ``effects``."""
    rows: dict[str, list[InlineKeyboardButton]] = {}
    for effect in effects:
        label = say(f"button-{effect.family}", **effect.parameters)
        button = InlineKeyboardButton(text=label, callback_data=effect.code)
        rows.setdefault(effect.family, []).append(button)
    return InlineKeyboardMarkup(inline_keyboard=list(rows.values()))


def is_effect(data: str | None) -> bool:
    """Tell whether what a button sends back stands for an effect."""
    try:
        parse_effect(data or "")
    except UnknownEffectError:
        return False
    return True
