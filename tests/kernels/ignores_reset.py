"""Comes up, starts what it is told to run, and listens to nothing after that."""

from frames import come_up, requests, say

come_up()
for request in requests():
    if request["type"] == "run":
        say("planned", run_id=request["run_id"], statements=[{"node_index": 0, "line_start": 1, "line_end": 1}])
        say("started", run_id=request["run_id"], node_index=0)
