"""What the bot says and hears."""
