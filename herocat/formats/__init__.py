"""Foreign files, one module a format: each reads a file into the records of ``herocat.records``."""
