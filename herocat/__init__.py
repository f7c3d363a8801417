"""Find the few hero images among a million camera-trap photos, and say why."""

__version__ = "0.1.0"
