"""Copies of a worker that stay as it was before a statement."""
