"""The learner's folder: files, backups, progress. Knows nothing of how an attempt runs."""
