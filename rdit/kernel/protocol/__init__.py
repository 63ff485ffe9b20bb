"""Kernel protocol: frames, records, output items."""
