"""What the misbehaving kernels share: frames out, requests in."""

import json
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from rdit.kernel.protocol.frames import FrameDecoder, encode
from rdit.kernel.protocol.records import PLANNED

ONE_STATEMENT = PLANNED.pack(0, 1, 1)


def say(type, body=b"", **fields):
    os.write(1, encode(json.dumps({"type": type, **fields}).encode(), body))


def come_up(pid=None):
    say("ready", version="3.0.0", implementation="pretender", executable="/none", prefix="/none", pid=os.getpid())
    say("worker_started", pid=os.getpid() if pid is None else pid)


def requests():
    decoder = FrameDecoder()
    while data := os.read(0, 65536):
        for header, _ in decoder.feed(data):
            yield json.loads(header)
