"""Execution: parse and compile a script, execute its statements, describe exceptions."""
