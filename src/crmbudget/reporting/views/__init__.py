"""Results -> Report, one file per kind of result."""
