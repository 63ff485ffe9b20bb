"""The command line: arguments in, settings out, then one module for each command."""
