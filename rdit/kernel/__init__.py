"""The kernel: runs inside the user's interpreter. Standard library and relative imports only."""
