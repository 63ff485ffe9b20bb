"""Subprocesses and threads joined to the event loop."""
