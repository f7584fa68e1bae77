"""Every word the bot says, in every language it speaks."""
