"""Live objects behind displays, which the page can query: tables, trees."""
