"""Language servers: what is known of a text without running it."""
