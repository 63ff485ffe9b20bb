"""Comes up, starts what it is told to run, and listens to nothing after that."""

from frames import ONE_STATEMENT, come_up, requests, say

come_up()
for request in requests():
    if request["type"] == "run":
        say("planned", run_id=request["run_id"], body=ONE_STATEMENT)
        say("statement_started", run_id=request["run_id"], node_index=0)
