"""Live objects behind displays, which can be asked for more: tables, trees."""
