"""Texts: positions, changes, edits, and what can be told of a text without running it."""
