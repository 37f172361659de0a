"""The contract suite of engines, on a real ComfyUI."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable

import pytest

from tests.contracts import test_engine as contract
from tests.contracts.engines.rig import Rig

Promise = Callable[[Rig], Awaitable[None]]

TOO_LARGE = {contract.test_cancelling_stops_this_job_and_leaves_the_engine_able}
"""One step of its picture takes half a minute here; test_cancelling.py does the same with smaller ones."""

PROMISES: dict[str, Promise] = {
    name: test
    for name, test in vars(contract).items()
    if name.startswith("test_")
    and list(inspect.signature(test).parameters) == ["rig"]
    and test not in TOO_LARGE
}

pytestmark = [pytest.mark.real_engine, pytest.mark.timeout(300)]


@pytest.mark.parametrize("name", PROMISES)
async def test_what_every_engine_does(rig: Rig, name: str) -> None:
    await PROMISES[name](rig)
