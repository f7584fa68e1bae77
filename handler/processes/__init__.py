"""The ways to run the bot."""
