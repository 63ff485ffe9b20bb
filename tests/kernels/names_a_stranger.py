"""Comes up, and says that its worker is a process that is not its own."""

import os

from frames import come_up, requests

come_up(int(os.environ["WORKER_PID"]))
for _ in requests():
    pass
