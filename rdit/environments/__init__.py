"""Environments: which interpreter runs a script, and how its kernel is started."""
