"""Kernel protocol: frames, messages, records, output items."""
