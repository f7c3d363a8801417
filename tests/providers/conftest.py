"""What tests of models need beside a browser."""

from tests.fakes.server import own_loop

__all__ = ["own_loop"]
