"""What tests of figures share."""

from __future__ import annotations

import sys

import pytest

from rdit.protocol.messages import Item
from tests.kernel.driving import Transcript

START = "import matplotlib.pyplot as plt\n"
TWO_STATEMENTS = START + "fig, ax = plt.subplots(subplot_kw={'title': 'begun'})\n"
THREAD = "import threading\nthreading.Thread(target=threading.Event().wait, daemon=True).start()\n"
"""While a thread runs, no copy of the process would be whole."""
SLOW = (
    "from matplotlib.artist import Artist\n"
    "class Slow(Artist):\n"
    "    def draw(self, renderer):\n"
    "        import time\n"
    "        while True: time.sleep(1)\n"
)
needs_copies = pytest.mark.skipif(sys.platform != "linux", reason="copies of a process are made on Linux alone")


def pictures(run: Transcript) -> list[int]:
    """Return the statement of each picture that stands."""
    return [index for index, item in run.shown_figures() if item.data and "image/png" in item.data]


def items(run: Transcript) -> list[Item]:
    return [item for _, item in run.shown_figures()]
