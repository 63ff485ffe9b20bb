"""Protocol: every event and value that streams, declared once, and their encoding."""
