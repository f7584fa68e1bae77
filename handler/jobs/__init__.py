"""Jobs: what a pressed button asks for, its queue, its results, its worker."""
