"""Many people at once: how much is done, how fast the webhook answers, and whether it is fair."""
