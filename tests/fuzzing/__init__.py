"""Hostile input, found by hypothesis from seeds that are kept."""
