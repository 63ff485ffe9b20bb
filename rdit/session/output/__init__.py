"""Output of one statement: items, limits, and what a terminal would still show of them."""
