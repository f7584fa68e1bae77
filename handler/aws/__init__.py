"""The bot on AWS: its functions, queue, tables and secrets."""
