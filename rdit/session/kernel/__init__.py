"""A session's kernel: its process, its messages, and what is asked of it."""
