"""What the log says, on the terminal. Imported with the server: the kernel's start has no use for it."""

from __future__ import annotations

import logging

from .terminal import printable


class PrintableFormatter(logging.Formatter):
    """Formats what the log says for a terminal."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as text without what a terminal would obey."""
        return printable(super().format(record).replace("\t", "    "))


def log_to_terminal() -> None:
    """Let warnings and errors of the log go to stderr, as they do without this, in a form that is safe there."""
    handler = logging.StreamHandler()
    handler.setLevel(logging.WARNING)
    handler.setFormatter(PrintableFormatter())
    logging.getLogger().addHandler(handler)
