"""The bot's texts, in every language it speaks."""
