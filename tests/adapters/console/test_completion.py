from __future__ import annotations

from pathlib import Path

import pytest
from prompt_toolkit.completion import CompleteEvent
from prompt_toolkit.document import Document
from prompt_toolkit.formatted_text import to_plain_text

from adapters.console.completion import CommandCompleter
from core.ids import AccountId
from tests.adapters.console.house import House, png


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


async def offered(house: House, text: str) -> dict[str, str]:
    completer = CommandCompleter(house.registry, house.store, AccountId("console:operator"))
    document = Document(text)
    assert not list(completer.get_completions(document, CompleteEvent()))
    found = {}
    async for one in completer.get_completions_async(document, CompleteEvent()):
        found[text[: len(text) + one.start_position] + one.text] = to_plain_text(one.display_meta)
    return found


async def test_commands_with_what_they_do(house: House) -> None:
    assert await offered(house, "/ca") == {"/cancel ": "Cancel a task and get its points back"}
    assert {f"/{command.name} " for command in house.registry} | {"/exit ", "/quit "} == set(
        await offered(house, "/")
    )


async def test_flags_with_what_they_mean(house: House) -> None:
    assert await offered(house, "/generate a fox --se") == {
        "/generate a fox --seed ": "the same seed draws the same picture"
    }
    assert "a fox --steps " in await offered(house, "a fox --")
    assert await offered(house, "/history --") == {"/history --n ": "how many"}


async def test_a_flag_that_is_there_is_not_offered_again(house: House) -> None:
    found = await offered(house, "a fox --seed 7 --s")
    assert set(found) == {f"a fox --seed 7 --{name} " for name in ("steps", "strength", "sampler")}


@pytest.mark.parametrize(
    "text", ["", "a fox", "/nothing x", "a fox-", "a fox -- ", "/status x", "/generate a", "a --seed 7"]
)
async def test_where_nothing_is_to_be_said_nothing_is(house: House, text: str) -> None:
    assert await offered(house, text) == {}


async def test_task_ids_with_how_they_stand(house: House) -> None:
    _, lines = await house.run("a red fox\n")
    task = lines[-2].split()[0]
    for command in ("show", "again"):
        found = await offered(house, f"/{command} ")
        assert list(found) == [f"/{command} {task}"]
        assert found[f"/{command} {task}"].endswith(" · a red fox")
    assert await offered(house, f"/show {task[:2]}") == await offered(house, "/show ")
    assert await offered(house, "/cancel ") == {}
    assert await offered(house, f"/show {task} ") == {}


async def test_a_store_that_cannot_answer_costs_the_completion_alone(house: House) -> None:
    await house.store.aclose()
    assert await offered(house, "/show ") == {}


async def test_the_commands_that_help_explains(house: House) -> None:
    assert await offered(house, "/help gr") == {"/help grant": "Give somebody points"}


async def test_paths_of_pictures(house: House, tmp_path: Path) -> None:
    (tmp_path / "my fox.png").write_bytes(png())
    assert list(await offered(house, f"a fox --image {tmp_path}/my")) == [
        f"a fox --image {tmp_path}/my fox.png"
    ]
    assert list(await offered(house, f"a fox --image {tmp_path}/my fox")) == [
        f"a fox --image {tmp_path}/my fox.png"
    ]
    assert await offered(house, f"a fox --image {tmp_path}/my fox.png --seed ") == {}
