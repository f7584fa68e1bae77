"""Upscaling."""
