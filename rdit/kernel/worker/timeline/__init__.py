"""What a worker has run as one run of one text, and whether that still holds."""
