"""What is known of the live values of a session, for completion and hovers."""
