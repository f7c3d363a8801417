"""Where cameras stand: the scenes, painted from far to near, a module for each."""
