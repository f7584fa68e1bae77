"""The functions as AWS runs them, on this machine: events, and Lambda's own emulator."""
