"""Output of one statement: items, limits, and the terminal emulation that drops overwritten text."""
