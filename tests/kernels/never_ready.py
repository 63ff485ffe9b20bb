"""Starts, reads what it is sent, and never says a word."""

from frames import requests

for _ in requests():
    pass
