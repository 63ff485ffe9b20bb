"""HTTP: routes, requests and answers, server-sent events, security."""
