"""The neon effect."""
