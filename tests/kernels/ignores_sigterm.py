"""Comes up, and then neither the end of its input nor SIGTERM ends it."""

import signal

from frames import come_up, requests

signal.signal(signal.SIGTERM, signal.SIG_IGN)
come_up()
for _ in requests():
    pass
while True:
    signal.pause()
