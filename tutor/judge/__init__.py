"""Everything that happens inside the one-shot process that runs an attempt."""
