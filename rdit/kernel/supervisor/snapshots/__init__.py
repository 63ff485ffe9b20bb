"""The snapshots of the worker, as the supervisor keeps and asks them."""
