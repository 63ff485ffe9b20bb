"""The supervisor: owns the protocol with the server, forks workers and relays their output."""
