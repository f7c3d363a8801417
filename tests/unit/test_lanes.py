"""Who waits for a server ends when told to, at whatever moment."""

import asyncio
from typing import cast

import pytest

from herocat.labeling.lanes import Lanes
from herocat.ports import Model


def test_who_is_cancelled_while_called_does_not_go_on() -> None:
    async def scene() -> None:
        lanes = Lanes([cast("Model", None)], 1)

        async def enter() -> None:
            async with lanes.lane():
                pass

        async with lanes.lane():
            waiting = asyncio.create_task(enter())
            await asyncio.sleep(0)
        waiting.cancel()  # in the same moment in which the place is free
        with pytest.raises(asyncio.CancelledError):
            await waiting
        async with asyncio.timeout(5), lanes.lane():  # and it keeps no place
            pass

    asyncio.run(scene())
