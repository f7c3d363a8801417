"""The command line, one command a module: it parses, calls one stage, and prints the answer."""
