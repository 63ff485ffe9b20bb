"""Sessions: a script, its runs, its kernel and its results, without HTTP."""
