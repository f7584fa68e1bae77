"""Pictures in, pictures out: the neon and upscaling effects, their networks and their weights."""
