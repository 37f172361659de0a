"""Generation types as files: how one is written, read and checked."""
