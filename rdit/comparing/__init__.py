"""Outputs against outputs, as data."""
