"""Weights that were trained elsewhere: read safely, checked, converted, put into the manifest."""
