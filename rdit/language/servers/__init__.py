"""The processes: framing, JSON-RPC, one server that is kept running."""
