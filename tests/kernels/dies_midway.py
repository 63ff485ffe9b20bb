"""Dies in the middle of a statement and in the middle of a frame."""

import os
import signal
import sys

from frames import ONE_STATEMENT, come_up, encode, requests, say

come_up()
for request in requests():
    if request["type"] == "run":
        run_id = request["run_id"]
        say("planned", run_id=run_id, body=ONE_STATEMENT)
        say("statement_started", run_id=run_id, node_index=0)
        say("written", b"so far\n", stream="stdout", run_id=run_id, node_index=0)
        os.write(1, encode(b'{"type":"statement_finished"}')[:-3])
        sys.stderr.write("some trouble\n")
        sys.stderr.flush()
        os.kill(os.getpid(), signal.SIGKILL)
