"""What measures the bot: every ``make bench…``."""
