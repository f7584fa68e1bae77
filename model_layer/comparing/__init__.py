"""Pictures that show what has become of a picture. Light: needs Pillow and NumPy only."""
