"""The user's files: paths, reading and saving, the trash, watching, finding."""
