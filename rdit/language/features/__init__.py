"""What a page may ask, one module for each kind of answer that is more than one server's own."""
