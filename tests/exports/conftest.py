"""The same finished small job as for the stages."""

from tests.stages.conftest import done

__all__ = ["done"]
