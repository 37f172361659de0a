from __future__ import annotations

from typing import Any

import pytest

from core.access import Caller
from core.commands.completion import CHOICES_MOST
from core.commands.dispatcher import Dispatcher
from core.commands.spec import CommandCall
from core.errors import StorageUnavailableError
from core.presentation.views import Choice
from tests.fakes.builders import ANN, BOB, a_response
from tests.fakes.engine import ScriptedEngine
from tests.fakes.world import World, a_world


async def completed(
    world: World, field: str, text: str = "", *, command: str = "show", admin: bool = False
) -> list[Choice]:
    call = CommandCall(command, Caller(ANN, is_admin=admin), {})
    return list(await Dispatcher(world.services()).complete(call, field, text))


async def test_the_callers_own_tasks_newest_first() -> None:
    world = a_world()
    await world.create(prompt="a fox")
    await world.create(prompt="a hen")
    await world.create(prompt="of another", account=BOB)
    assert await completed(world, "task") == [Choice("t2", "t2 · a hen"), Choice("t1", "t1 · a fox")]
    assert await completed(world, "task", " FOX ") == [Choice("t1", "t1 · a fox")]


async def test_only_what_can_be_cancelled_is_offered_for_that() -> None:
    world = a_world()
    ended = await world.create()
    await world.service.cancel_task(ended.id)
    await world.create()
    assert [choice.value for choice in await completed(world, "task", command="cancel")] == ["t2"]


async def test_no_more_than_a_platform_shows() -> None:
    world = a_world(points=False)
    world.service._limits = type(world.service._limits)(per_account=99)
    for _ in range(CHOICES_MOST + 5):
        await world.create()
    assert len(await completed(world, "task")) == CHOICES_MOST


async def test_what_the_engine_offers() -> None:
    world = a_world(
        engine=ScriptedEngine(models=("dreams", "photos"), samplers=("euler",), loras=("snow", "anime"))
    )
    assert [one.value for one in await completed(world, "model", "dre")] == ["dreams"]
    assert [one.value for one in await completed(world, "sampler")] == ["euler"]
    assert [one.value for one in await completed(world, "lora")] == ["snow", "anime"]
    assert "txt2img" in [one.value for one in await completed(world, "type")]


@pytest.mark.parametrize("admin", [False, True])
async def test_the_commands_that_the_caller_may_give(admin: bool) -> None:
    values = [one.value for one in await completed(a_world(), "command", "grant", admin=admin)]
    assert values == (["grant"] if admin else [])


async def test_nothing_for_other_fields() -> None:
    assert await completed(a_world(), "prompt", "a") == []


async def test_a_fault_completes_nothing(caplog: pytest.LogCaptureFixture) -> None:
    world = a_world()
    world.store.read_failures = [StorageUnavailableError(reason="locked")]
    assert await completed(world, "task") == []
    assert "could not complete task of /show" in caplog.text


async def test_the_gallery_has_the_callers_finished_pictures() -> None:
    world = a_world()

    async def done(**fields: Any) -> None:
        await world.service.complete_task((await world.started(**fields)).id, a_response())

    await done(prompt="a red fox")
    await done(prompt="a hen")
    await done(prompt="a fox of another", account=BOB)
    await world.create(prompt="a fox that waits")
    call = CommandCall("history", Caller(ANN), {})
    dispatcher = Dispatcher(world.services())
    assert [view.prompt for view in await dispatcher.gallery(call, "", 9)] == ["a hen", "a red fox"]
    assert [view.prompt for view in await dispatcher.gallery(call, "FOX", 9)] == ["a red fox"]
    assert len(await dispatcher.gallery(call, "", 1)) == 1
