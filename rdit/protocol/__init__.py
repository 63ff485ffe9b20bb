"""Protocol: every event, value and kernel message, declared once, and their encoding."""
