"""The buttons. What a press sends back is at most 64 bytes, as Telegram demands."""

from collections.abc import Iterable
from typing import Final

from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from handler.telegram.callback_data import Action, Wish, as_wish
from handler.texts.translator import Translator
from model_layer import Effect

START: Final = "start"
ALBUM_VERB: Final = "album"
"""Begins what the buttons for all pictures of an album send back."""
CANCEL: Final = "cancel"


def start_keyboard(translate: Translator) -> InlineKeyboardMarkup:
    """Return the one big button of the greeting."""
    button = InlineKeyboardButton(text=translate("button-start"), callback_data=START)
    return InlineKeyboardMarkup(inline_keyboard=[[button]])


def effects_keyboard(translate: Translator, effects: Iterable[Effect]) -> InlineKeyboardMarkup:
    """Return a row of buttons for each family among ``effects``."""
    rows: dict[str, list[InlineKeyboardButton]] = {}
    for effect in effects:
        label = translate(f"button-{effect.family}", **effect.parameters)
        button = InlineKeyboardButton(text=label, callback_data=str(Wish(effect)))
        rows.setdefault(effect.family, []).append(button)
    return InlineKeyboardMarkup(inline_keyboard=list(rows.values()))


def album_keyboard(keyboard: InlineKeyboardMarkup) -> InlineKeyboardMarkup:
    """Return the keyboard for a picture as one for all of its album: the buttons with effects."""
    rows = []
    for row in keyboard.inline_keyboard:
        wishes = [(button, as_wish(button.callback_data)) for button in row]
        rows.append(
            [
                button.model_copy(update={"callback_data": _for_album(wish)})
                for button, wish in wishes
                if wish
            ]
        )
    return InlineKeyboardMarkup(inline_keyboard=[row for row in rows if row])


def _for_album(wish: Wish) -> str:
    return str(Action(ALBUM_VERB, tuple(str(wish).split(":"))))


def follow_ups_keyboard(translate: Translator, effect: Effect) -> InlineKeyboardMarkup | None:
    """Return the buttons under a result of ``effect``; None where it has none."""
    effects = effect.follow_ups()
    return effects_keyboard(translate, effects) if effects else None


def cancel_keyboard(translate: Translator, job_id: str) -> InlineKeyboardMarkup:
    """Return the button under a job that waits or is worked on."""
    data = str(Action(CANCEL, (job_id,)))
    button = InlineKeyboardButton(text=translate("button-cancel"), callback_data=data)
    return InlineKeyboardMarkup(inline_keyboard=[[button]])
