"""Jobs, claims and results on one machine: a single SQLite file, shared by its processes."""
