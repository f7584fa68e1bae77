"""The buttons."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from handler.telegram.callback_data import Action, CallbackData, Wish, as_wish
from handler.texts.translator import Translator
from model_layer import Effect

CANCEL: Final = "cancel"
ALBUM: Final = "album"
"""Begins what the buttons for all pictures of an album send back."""


@dataclass(frozen=True, slots=True)
class Button:
    """A button before it speaks a language."""

    label: str
    """Ends the key of its text, ``button-…``."""
    data: CallbackData
    arguments: Mapping[str, str | int] = field(default_factory=dict)
    """The text's variables."""


Rows = Sequence[Sequence[Button]]


def effects_keyboard(translate: Translator, effects: Iterable[Effect]) -> InlineKeyboardMarkup:
    """Return the buttons for effects; families stand in rows of their own, or beside others."""
    rows: dict[str, list[Button]] = {}
    for effect in effects:
        button = Button(effect.family, Wish(effect), effect.parameters)
        rows.setdefault(effect.beside or effect.family, []).append(button)
    return InlineKeyboardMarkup(inline_keyboard=_inline(translate, list(rows.values())))


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
    return str(Action(ALBUM, tuple(str(wish).split(":"))))


def keyboard(translate: Translator, rows: Rows) -> InlineKeyboardMarkup | None:
    """Return a keyboard of rows of buttons; None where there are none."""
    return InlineKeyboardMarkup(inline_keyboard=_inline(translate, rows)) if rows else None


def cancel_keyboard(translate: Translator, job_id: str) -> InlineKeyboardMarkup:
    """Return the button under a job that waits or is worked on."""
    data = str(Action(CANCEL, (job_id,)))
    button = InlineKeyboardButton(text=translate("button-cancel"), callback_data=data)
    return InlineKeyboardMarkup(inline_keyboard=[[button]])


def without_original(markup: InlineKeyboardMarkup) -> InlineKeyboardMarkup | None:
    """Return a keyboard less the buttons that need the picture which its message replies to."""
    rows = [
        [button for button in row if _does_without(button.callback_data)]
        for row in markup.inline_keyboard
    ]
    left = [row for row in rows if row]
    return InlineKeyboardMarkup(inline_keyboard=left) if left else None


def _does_without(data: str | None) -> bool:
    wish = as_wish(data)
    return wish is not None and wish.own and not wish.effect.needs_reference


def _inline(translate: Translator, rows: Rows) -> list[list[InlineKeyboardButton]]:
    return [
        [
            InlineKeyboardButton(
                text=translate(f"button-{button.label}", **button.arguments),
                callback_data=str(button.data),
            )
            for button in row
        ]
        for row in rows
    ]
