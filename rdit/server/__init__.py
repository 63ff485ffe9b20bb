"""The aiohttp application: it serves the page, owns the sessions and never runs user code."""
