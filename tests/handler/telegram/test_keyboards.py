from handler.telegram.keyboards import effects_keyboard
from handler.texts.texts import Texts
from handler.texts.translator import Translator
from model_layer.effects import Upscale, offered_effects, parse_effect

TRANSLATE = Translator(Texts(), "en")


def test_every_button_fits_into_telegrams_64_bytes_and_means_an_effect() -> None:
    rows = effects_keyboard(TRANSLATE, offered_effects()).inline_keyboard
    data = [str(button.callback_data) for row in rows for button in row]
    assert all(1 <= len(code.encode()) <= 64 for code in data)
    assert [parse_effect(code) for code in data] == list(offered_effects())


def test_a_row_without_effects_is_left_out() -> None:
    (row,) = effects_keyboard(TRANSLATE, [Upscale(2)]).inline_keyboard
    assert [button.callback_data for button in row] == ["upscale:2"]
