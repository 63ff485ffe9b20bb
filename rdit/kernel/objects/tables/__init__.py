"""Tables of every library behind one interface."""
