"""What a session shows: its statements and their results, as events change them."""
