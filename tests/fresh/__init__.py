"""The promise of fresh runs: after any edits the results are those of one run of `python script.py`."""
