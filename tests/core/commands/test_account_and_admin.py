from __future__ import annotations

import pytest

from core.commands.services import Services
from core.generation.catalog import Catalog, GenerationType, OwnCommand
from core.generation.types.folder import FoundTypes
from core.generation.types.reading import TypeProblem
from core.points.service import POINTS_MAX
from core.presentation.views import Reply
from tests.fakes.builders import ANN, BOB, an_origin
from tests.fakes.world import a_world

FREE = Reply("Everything is free here: no points are counted.", ok=False)


# /points


async def test_points_says_the_balance_what_is_held_and_the_last_movements() -> None:
    world = a_world()
    await world.claimed()
    await world.create()
    assert await world.give("points") == Reply(
        "You have 80 points, and 10 points held for tasks that wait.\n"
        "  -10  hold  for task t2\n"
        "  -10  hold  for task t1\n"
        "  +100  grant  welcome"
    )


async def test_points_are_not_counted_everywhere() -> None:
    assert await a_world(points=False).give("points") == Reply(
        "Everything is free here: no points are counted."
    )


# /help


async def test_help_lists_what_the_caller_may() -> None:
    world = a_world()
    assert "/grant" not in (await world.give("help")).text
    assert "/grant" in (await world.give("help", admin=True)).text


@pytest.mark.parametrize("command", ["status", "/status", " /STATUS "])
async def test_help_explains_one_command(command: str) -> None:
    reply = await a_world().give("help", command=command)
    assert reply == Reply("/status  List your tasks that wait or run")


@pytest.mark.parametrize("command", [None, "", "/"])
async def test_help_about_nothing_lists_everything(command: str | None) -> None:
    assert (await a_world().give("help", command=command)).text.startswith("/generate")


async def test_help_about_an_alias_is_about_its_command() -> None:
    assert (await a_world().give("help", command="imagine")).text.startswith("/generate PROMPT")


async def test_help_about_what_is_not_there_gives_a_hint() -> None:
    reply = await a_world().give("help", command="stat")
    assert reply == Reply("There is no command /stat; did you mean /stats?", ok=False)


async def test_help_about_an_admins_command_is_for_admins() -> None:
    world = a_world()
    assert await world.give("help", command="grant") == Reply("/grant is for admins.", ok=False)
    assert (await world.give("help", command="grant", admin=True)).ok


# /grant and /revoke


async def test_grant_gives() -> None:
    world = a_world()
    reply = await world.give("grant", by=BOB, admin=True, account=ANN, points="50")
    assert reply == Reply("console:ann has 150 points now.")
    assert (await world.ledger())[-1].note == "by console:bob"


async def test_revoke_takes() -> None:
    world = a_world()
    reply = await world.give("revoke", by=BOB, admin=True, account=ANN, points="99")
    assert reply == Reply("console:ann has 1 point now.")
    assert (await world.ledger())[-1].note == "by console:bob"


async def test_revoke_takes_no_more_than_there_is() -> None:
    reply = await a_world().give("revoke", admin=True, account=ANN, points=101)
    assert not reply.ok
    assert reply.text == "The number of points is more than there is to take: 100."


async def test_the_same_message_grants_once() -> None:
    world = a_world()
    for _ in range(3):
        reply = await world.give("grant", admin=True, account=ANN, points=50, origin=an_origin("1"))
        assert reply == Reply("console:ann has 150 points now.")
    await world.give("grant", admin=True, account=ANN, points=50, origin=an_origin("2"))
    await world.give("revoke", admin=True, account=ANN, points=10, origin=an_origin("2"))
    assert await world.pots() == (190, 0)


async def test_without_a_message_every_grant_is_one() -> None:
    world = a_world()
    for _ in range(3):
        await world.give("grant", admin=True, account=ANN, points=50)
    assert await world.pots() == (250, 0)


@pytest.mark.parametrize("command", ["grant", "revoke"])
@pytest.mark.parametrize(
    ("points", "sentence"),
    [
        (0, f"The number of points must be from 1 to {POINTS_MAX:,}, not 0."),
        (POINTS_MAX + 1, f"The number of points must be from 1 to {POINTS_MAX:,}, not {POINTS_MAX + 1}."),
        ("many", 'The number of points must be a whole number, not "many".'),
    ],
)
async def test_an_amount_has_two_ends(command: str, points: object, sentence: str) -> None:
    reply = await a_world().give(command, admin=True, account=ANN, points=points)
    assert reply == Reply(sentence, ok=False)


@pytest.mark.parametrize("command", ["grant", "revoke"])
async def test_where_nothing_is_counted_nothing_is_moved(command: str) -> None:
    assert await a_world(points=False).give(command, admin=True, account=ANN, points=1) == FREE


# The queue


async def test_queue_lists_everybodys() -> None:
    world = a_world()
    await world.claimed(prompt="running")
    await world.create(prompt="first", account=BOB)
    await world.create(prompt="second")
    assert await world.give("queue", admin=True) == Reply(
        "The queue is running. 2 tasks wait.\n"
        "t1  Drawing  running  (console:ann)\n"
        "t2  Queued, next  first  (console:bob)\n"
        "t3  Queued, 2nd  second  (console:ann)"
    )


async def test_pause_and_resume() -> None:
    world = a_world()
    assert (await world.give("pause", admin=True)).ok
    assert (await world.service.statistics()).paused
    assert (await world.give("queue", admin=True)).text == (
        "The queue is paused; /resume lets it go on. 0 tasks wait."
    )
    assert await world.give("resume", admin=True) == Reply("The queue is running.")
    assert not (await world.service.statistics()).paused


async def test_stats_are_counts_and_what_the_program_adds() -> None:
    world = a_world()
    await world.create()
    services = world.services(facts=lambda: {"uptime": "3 h"})
    assert await world.give("stats", admin=True, services=services) == Reply(
        "tasks: pending: 1, processing: 0, completed: 0, failed: 0, cancelled: 0\nqueue: running\nuptime: 3 h"
    )
    assert (await world.give("stats", admin=True)).text.endswith("queue: running")


# /start


async def test_start_greets_with_the_balance() -> None:
    text = (await a_world().give("start")).text
    assert "You have 100 points; /price says what a picture costs." in text.splitlines()
    assert "/generate a red fox in the snow" in text


async def test_start_says_where_all_is_free() -> None:
    assert (
        "Everything is free here: no points are counted." in (await a_world(points=False).give("start")).text
    )


async def test_start_with_a_link_shows_the_task_to_whose_it_is() -> None:
    world = a_world()
    task = await world.create(prompt="a fox")
    (view,) = (await world.give("start", payload=f"show-{task.id}")).views
    assert view.prompt == "a fox"
    assert not (await world.give("start", by=BOB, payload=f"show-{task.id}")).ok


async def test_start_with_another_link_greets() -> None:
    assert (await a_world().give("start", payload="show-")).text.startswith("Hello!")
    assert (await a_world().give("start", payload="ad2026")).ok


# /reload


def a_type(name: str) -> GenerationType:
    return GenerationType(name, "", 10, command=OwnCommand(name, "Draw"), source=f"/types/{name}.toml")


async def reloaded(found: FoundTypes) -> tuple[Reply, Services]:
    async def find_types() -> FoundTypes:
        return found

    catalog = Catalog([a_type("pixels")])
    world = a_world(catalog=catalog)
    services = world.services(catalog=catalog, find_types=find_types)
    return await world.give("reload", admin=True, services=services), services


async def test_a_reload_offers_what_there_is_now() -> None:
    reply, services = await reloaded(FoundTypes((a_type("ink"), a_type("wool"))))
    assert reply == Reply("Offered: ink, wool.")
    assert [one.name for one in services.catalog] == ["ink", "wool"]
    assert services.registry.find("ink") is not None
    assert services.catalog.find("pixels") is None


async def test_a_reload_tells_all_that_is_wrong() -> None:
    problem = TypeProblem("bad.toml", 3, "it is bad")
    reply, _ = await reloaded(FoundTypes((a_type("ink"), a_type("help")), (problem,)))
    assert reply == Reply(
        "Offered: ink, help.\n"
        "bad.toml:3: it is bad.\n"
        "help.toml:1: there is a command /help already; take another name.",
        ok=False,
    )


async def test_a_reload_needs_somebody_who_reads_and_an_admin_who_asks() -> None:
    world = a_world()
    assert await world.give("reload", admin=True) == Reply(
        "Offered: txt2img, img2img, inpaint, variation, upscale."
    )
    assert await world.give("reload") == Reply("/reload is for admins.", ok=False)
