"""Never stops writing once it has been told to run."""

import os

from frames import ONE_STATEMENT, come_up, encode, requests, say

come_up()
for request in requests():
    if request["type"] == "run":
        run_id = request["run_id"]
        say("planned", run_id=run_id, body=ONE_STATEMENT)
        say("statement_started", run_id=run_id, node_index=0)
        header = b'{"type":"written","stream":"stdout","run_id":"%s","node_index":0}' % run_id.encode()
        piece = encode(header, b"0123456789\n") * 100
        while True:
            os.write(1, piece)
