"""The buttons. What a press sends back is at most 64 bytes, as Telegram demands."""

from collections.abc import Iterable
from typing import Final

from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from handler.texts.say import Say
from model_layer.effects import EFFECTS, Effect, Neon

START: Final = "start"
EFFECT_CODES: Final = frozenset(effect.code for effect in EFFECTS)


def start_keyboard(say: Say) -> InlineKeyboardMarkup:
    """Return the one big button of the greeting."""
    button = InlineKeyboardButton(text=say("button-start"), callback_data=START)
    return InlineKeyboardMarkup(inline_keyboard=[[button]])


def effects_keyboard(say: Say, effects: Iterable[Effect] = EFFECTS) -> InlineKeyboardMarkup:
    """Return a row of neon buttons and a row of upscaling buttons, for those of ``effects``."""
    neon: list[InlineKeyboardButton] = []
    upscale: list[InlineKeyboardButton] = []
    for effect in effects:
        row = neon if isinstance(effect, Neon) else upscale
        row.append(InlineKeyboardButton(text=_label(say, effect), callback_data=effect.code))
    return InlineKeyboardMarkup(inline_keyboard=[row for row in (neon, upscale) if row])


def _label(say: Say, effect: Effect) -> str:
    if isinstance(effect, Neon):
        return say("button-neon", strength=str(effect.strength))
    return say("button-upscale", scale=effect.scale)
