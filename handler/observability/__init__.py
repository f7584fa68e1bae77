"""What watches the process: health, logs, metrics."""
