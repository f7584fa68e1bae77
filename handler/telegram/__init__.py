"""The one gateway to Telegram. Empty, since aiogram_import has to run before aiogram."""
