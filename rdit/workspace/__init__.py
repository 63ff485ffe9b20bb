"""The user's files: path resolution, reading and saving, file operations, trash, watcher, search index."""
