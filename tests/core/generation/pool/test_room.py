from __future__ import annotations

import asyncio
from typing import Any

from core.generation.pool.pool import EnginePool
from core.generation.pool.room import Asked, Plan
from tests.core.generation.pool.servers import NamedEngine, a_job, a_pool, a_server
from tests.fakes.engine import hanging
from tests.fakes.loop import turns


def asking(*, price: int | None = None, **fields: Any) -> Asked:
    return Asked(a_job(**fields).request, price)


def plan_of(pool: EnginePool, **known: list[Asked]) -> Plan:
    return pool.filling(known.get("coming", []), known.get("running", []))()


async def test_there_are_as_many_places_as_free_slots() -> None:
    plan = plan_of(a_pool(NamedEngine("one", slots=2), NamedEngine("two")))
    assert plan.left == 3
    assert [plan.take(asking()) for _ in range(4)] == [True, True, True, False]


async def test_a_request_takes_a_place_where_its_model_is() -> None:
    plan = plan_of(a_pool(NamedEngine("one", models=("a",)), NamedEngine("two", models=("a", "b"))))
    assert plan.take(asking(model="b"))
    assert not plan.take(asking(model="b"))
    assert plan.take(asking(model="a"))


async def test_a_request_that_could_go_anywhere_leaves_the_place_of_all_kinds_to_others() -> None:
    plan = plan_of(a_pool(NamedEngine("all"), NamedEngine("few", models=("a",))))
    assert plan.take(asking())
    assert plan.take(asking(model="b"))  # only the one that tells no models may have it


async def test_what_is_on_its_way_has_its_place_already() -> None:
    pool = a_pool(NamedEngine("one", slots=2))
    assert plan_of(pool, coming=[asking()]).left == 1


async def test_what_nobody_will_ever_make_takes_no_place_and_is_let_in() -> None:
    plan = plan_of(a_pool(NamedEngine("one")))
    assert plan.take(asking(kind="music"))
    assert plan.take(asking(kind="unheard-of"))
    assert plan.left == 1


async def test_a_place_that_costs_money_is_no_place_for_what_could_be_made_without() -> None:
    free, paid = NamedEngine("free", models=("a",)), NamedEngine("paid", models=("a", "b"))
    plan = plan_of(a_pool(free, a_server(paid, points_per_picture=4)))
    assert [plan.take(asking()), plan.take(asking())] == [True, False]
    assert plan.take(asking(model="b"))


async def test_a_lane_takes_no_more_than_its_share() -> None:
    pool = a_pool(NamedEngine("one", slots=4), lanes={"slow": 1})
    plan = plan_of(pool)
    assert [plan.take(asking(kind="upscale")), plan.take(asking(kind="upscale"))] == [True, False]
    assert plan.take(asking())


async def test_what_runs_counts_in_its_lane_and_takes_no_other_place() -> None:
    pool = a_pool(NamedEngine("one", slots=4), lanes={"slow": 1})
    plan = plan_of(pool, running=[asking(kind="upscale")])
    assert plan.left == 4
    assert not plan.take(asking(kind="upscale"))


async def test_a_job_that_waits_for_a_server_is_counted_once() -> None:
    pool = a_pool(NamedEngine("one", hanging()), NamedEngine("two", models=("b",)), lanes={"main": 3})
    jobs = [a_job("a", model="c"), a_job("b", model="c")]  # the second waits for the first's server
    tasks = [asyncio.create_task(pool.generate(job, lambda _: None)) for job in jobs]
    await turns()
    plan = plan_of(pool, running=[Asked(job.request) for job in jobs])
    assert plan.left == 1
    assert [plan.take(asking(model="b")), plan.take(asking(model="b"))] == [True, False]
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
