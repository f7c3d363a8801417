"""A finished small job for the stages that look at results."""

import pytest

from tests.conftest import CommandLine
from tests.world import World, bursts


@pytest.fixture
def done(ready: CommandLine, world: World) -> CommandLine:
    """Return the command line on a catalog that every stage has run on, labels included."""
    bursts(world)
    ready("ingest", world.root, world.detections(), world.sequences())
    for command in ("sequence", "measure", "select", "measure", "label"):
        ready(command)
    return ready
