"""Talks to people and clouds; knows nothing of networks."""
