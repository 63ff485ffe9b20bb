"""The route table and its handlers, by subject."""
