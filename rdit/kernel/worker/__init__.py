"""The worker: the process that runs the script as `__main__`."""
