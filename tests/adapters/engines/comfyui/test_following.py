"""A job is followed to its end whatever the websocket does."""

from __future__ import annotations

import asyncio
import json

import pytest

from adapters.engines.comfyui.following import Follower, Pace
from adapters.engines.comfyui.frames import Frame
from adapters.engines.comfyui.graph import graph_of
from adapters.engines.comfyui.inventory import Inventory
from adapters.engines.comfyui.recipe import ComfyUIRecipe
from adapters.engines.comfyui.tracker import Tracker
from core.errors import EngineTimeoutError, EngineUnavailableError
from tests.adapters.engines.comfyui.house import Told, a_house, a_rig, refused
from tests.contracts.engines.rig import opened_png
from tests.fakes.comfyui.server import FakeComfyUI


def nobody(_: object) -> None:
    """Nobody listens."""


async def test_steps_and_previews_are_told_over_all_pictures() -> None:
    told = Told()
    async with a_house() as house:
        await house.rig.engine.generate(house.rig.job(steps=5, batch_size=2), told)
    assert {progress.steps for progress in told if progress.steps} == {10}
    assert [progress.step for progress in told][-1] == 10
    previews = [progress.preview for progress in told if progress.preview]
    assert len(set(previews)) == 2  # the fake shows one for each picture
    assert all(preview.startswith(b"\xff\xd8\xff") for preview in previews)


async def test_the_first_frame_asks_for_previews_that_say_whose_they_are_again_after_a_reconnect() -> None:
    told = Told()
    async with a_house(step_seconds=0.02) as house:
        running = asyncio.create_task(house.engine.generate(house.rig.job(steps=40), told))
        await told.until_step(2)
        for socket in list(house.fake.sockets.table.values()):
            await socket.close()
        await running
        assert house.fake.sockets.opened == 2
        assert [json.loads(frame)["type"] for frame in house.fake.sockets.first_frames] == [
            "feature_flags"
        ] * 2
        assert len({progress.step for progress in told}) > 10  # it went on telling


async def test_one_socket_serves_all_jobs_and_the_old_one_is_closed_before_the_next_opens() -> None:
    async with a_house(step_seconds=0.002, settings={"slots": 4}) as house:
        jobs = [house.rig.job(f"many0{number}", seed=number) for number in range(4)]
        tellers = [Told() for _ in jobs]
        pairs = zip(jobs, tellers, strict=True)
        await asyncio.gather(*(house.engine.generate(job, told) for job, told in pairs))
        assert house.fake.sockets.most_open == 1
        for told in tellers:
            assert [progress.step for progress in told if progress.steps][-1] == 4


async def test_a_silent_socket_loses_no_job_and_is_renewed() -> None:
    async with a_house() as house:
        house.fake.sockets.silent = True
        house.fake.sockets.close_seconds = 0.1
        result = await house.engine.generate(house.rig.job(), nobody)
        assert len(result.images) == 1
        house.fake.sockets.silent = False
        told = Told()
        await house.engine.generate(house.rig.job("next01", seed=8), told)
        assert house.fake.sockets.opened == 2
        assert house.fake.sockets.most_open == 1
        assert any(progress.preview for progress in told)


async def test_a_socket_that_is_renewed_again_and_again_is_still_one_at_a_time() -> None:
    async with a_house(step_seconds=0.02) as house:
        house.fake.sockets.close_seconds = 0.1
        told = Told()
        running = asyncio.create_task(house.engine.generate(house.rig.job(steps=20), told))
        await told.until_step()
        for _ in range(3):
            house.engine._site.feed.renew()
            await asyncio.sleep(0)
        assert (await running).images
        assert house.fake.sockets.opened == 2
        assert house.fake.sockets.most_open == 1


async def test_a_socket_that_is_closed_as_soon_as_it_is_open_is_opened_ever_less_often() -> None:
    async with a_house(step_seconds=0.02) as house:
        house.fake.sockets.refuses = True
        assert (await house.engine.generate(house.rig.job(steps=40), nobody)).images  # 0.8 seconds
        assert 1 < house.fake.sockets.refused <= 3


async def test_a_socket_that_was_replaced_by_another_with_its_id_loses_no_job() -> None:
    told = Told()
    async with a_house(step_seconds=0.01) as house:
        running = asyncio.create_task(house.engine.generate(house.rig.job(steps=20), told))
        await told.until_step()
        house.fake.sockets.table.clear()  # what the real server does: open, and never a frame more
        assert (await running).images


async def test_a_history_that_comes_after_the_success_is_waited_for() -> None:
    async with a_house(history_late=0.15, pace=Pace(poll=60, soon=0.01, lost=0.4)) as house:
        async with asyncio.timeout(2):  # a poll alone would take a minute
            await house.engine.generate(house.rig.job(), nobody)
        assert set(house.fake.runs.values()) == {1}


async def test_an_end_whose_history_comes_late_is_looked_for_often_without_more_frames() -> None:
    async with a_house(step_seconds=0.02) as house:
        job = house.rig.job()
        assert isinstance(job.recipe, ComfyUIRecipe)
        graph = graph_of(job, job.recipe, Inventory(models=("sd15.safetensors",)), uploaded={})
        house.fake.jobs.add("an-id", graph, {}, ["9"], front=False)
        tracker = Tracker(graph, nobody)
        tracker.hear(Frame("execution_success", "an-id"))
        follower = Follower(house.engine._server, silence=5, pace=Pace(poll=60, soon=0.01, lost=0.5))
        async with asyncio.timeout(2):
            assert await follower.settled("an-id", tracker, job.recipe)


def test_nodes_that_work_beside_the_sampler_do_not_count() -> None:
    told = Told()
    tracker = Tracker({"3": {"inputs": {"steps": 4}}}, told)
    for node, value, most in (("3", 2, 4), ("8", 1, 9), ("3", 3, 4)):
        tracker.hear(Frame("progress", "an-id", {"node": node, "value": value, "max": most}))
    assert [(progress.step, progress.steps) for progress in told] == [(2, 4), (3, 4)]


def test_a_node_that_takes_more_steps_than_it_said_makes_nothing_fall() -> None:
    told = Told()
    tracker = Tracker({"3": {"inputs": {"steps": 4}}, "4": {"inputs": {"steps": 4}}}, told)
    for node, value, most in (("3", 4, 4), ("4", 1, 20), ("4", 9, 20), ("4", 20, 20)):
        tracker.hear(Frame("progress", "an-id", {"node": node, "value": value, "max": most}))
    assert [(progress.step, progress.steps) for progress in told] == [(4, 8), (13, 24), (24, 24)]


@pytest.mark.parametrize(
    "data", [{}, {"node": "3", "value": "x", "max": 4}, {"node": 3, "value": 1, "max": 4}]
)
def test_progress_that_can_not_be_read_is_passed_over(data: dict[str, object]) -> None:
    told = Told()
    Tracker({}, told).hear(Frame("progress", "an-id", data))
    assert not told


def test_cached_steps_count_as_done() -> None:
    told = Told()
    tracker = Tracker({"3": {"inputs": {"steps": 4}}, "4": {"inputs": {"steps": 4}}}, told)
    tracker.hear(Frame("execution_cached", "an-id", {"nodes": ["3", ["no", "id"], "9"]}))
    tracker.hear(Frame("progress", "an-id", {"node": "4", "value": 1, "max": 4}))
    assert [(progress.step, progress.steps) for progress in told] == [(5, 8)]


async def test_a_cached_job_without_progress_ends_and_reaches_its_end() -> None:
    told = Told()
    async with a_house(cached=True) as house:
        first = await house.engine.generate(house.rig.job("first1"), nobody)
        again = await house.engine.generate(house.rig.job("again1"), told)
    assert again.images == first.images
    assert told[-1].fraction == 1


async def test_the_place_in_the_queue_is_told_in_the_order_of_numbers() -> None:
    async with a_house(step_seconds=0.02, settings={"slots": 3}) as house:
        tellers = [Told() for _ in range(3)]
        running = []
        for number, told in enumerate(tellers):
            job = house.rig.job(f"wait0{number}", seed=number, steps=8)
            running.append(asyncio.create_task(house.engine.generate(job, told)))
            await house.fake.until(lambda: house.fake.jobs.running and len(house.fake.jobs.pending) == number)  # noqa: B023
        await asyncio.gather(*running)
    places = [[progress.position for progress in told if progress.position] for told in tellers]
    assert places[0] == []
    assert set(places[1]) == {1}
    assert places[2][0] == 2
    assert places[2][-1] in {1, 2}


async def test_a_server_that_names_jobs_itself_is_given_the_job_once_and_made_to_stop_it() -> None:
    async with a_house(names_jobs=True, step_seconds=0.02) as house:
        with pytest.raises(EngineUnavailableError) as caught:
            await house.engine.generate(house.rig.job(steps=100), nobody)
        assert caught.value.facts == {"reason": "too_old"}
        assert len(house.fake.called("POST", "/prompt")) == 1
        assert house.fake.jobs.running is None
        assert not house.fake.jobs.pending


async def test_a_restart_of_the_server_is_noticed_and_the_job_submitted_again() -> None:
    told = Told()
    async with a_house(step_seconds=0.01) as house:
        running = asyncio.create_task(house.engine.generate(house.rig.job(steps=20), told))
        await told.until_step()
        await house.fake.restart()
        result = await running
        assert opened_png(result.images[0]).size == (128, 64)
        assert list(house.fake.runs.values()) == [2]
        assert list(house.fake.done.values()) == [1]


async def test_a_server_that_always_forgets_is_given_up() -> None:
    async with a_house(step_seconds=0.01, pace=Pace(poll=0.02, soon=0.005, lost=0.02)) as house:
        running = asyncio.create_task(house.engine.generate(house.rig.job(steps=150), nobody))

        async def forgetting() -> None:
            while True:
                await house.fake.until(lambda: house.fake.jobs.running)
                house.fake.jobs.interrupt(None)
                await house.fake.until(lambda: house.fake.jobs.history)
                house.fake.jobs.history.clear()

        forgets = asyncio.create_task(forgetting())
        with pytest.raises(EngineUnavailableError) as caught:
            await running
        forgets.cancel()
        assert caught.value.facts["reason"] == "forgetful"
        assert house.fake.runs.total() == 4


async def test_a_server_that_goes_silent_in_mid_job_is_noticed_in_time() -> None:
    told = Told()
    async with a_house(step_seconds=0.01, settings={"silence": 1}) as house:
        running = asyncio.create_task(house.engine.generate(house.rig.job(steps=100), told))
        await told.until_step()
        house.fake.stall = True
        with pytest.raises(EngineTimeoutError) as caught:
            async with asyncio.timeout(4):
                await running
        assert caught.value.facts == {"seconds": 1}


async def test_a_server_that_is_not_there_is_unavailable_at_once() -> None:
    async with FakeComfyUI() as fake:
        pass
    async with a_rig(fake) as rig:
        for ask in (rig.engine.probe(), rig.engine.holds(rig.job()), rig.engine.generate(rig.job(), nobody)):
            with pytest.raises(EngineUnavailableError):
                await ask


async def test_closing_leaves_no_socket_even_where_the_server_is_silent() -> None:
    async with FakeComfyUI() as fake:
        async with a_rig(fake) as rig:
            await rig.engine.generate(rig.job(), nobody)
            fake.stall = True
            async with asyncio.timeout(1):
                await rig.engine.aclose()
        assert not [task for task in asyncio.all_tasks() if task.get_name() == "comfyui-feed"]


async def test_the_old_server_is_spoken_to_as_well() -> None:
    told = Told()
    async with a_house(version="0.3.75") as house:
        result = await house.engine.generate(house.rig.job(), told)
    assert result.images
    assert any(progress.preview for progress in told)


async def test_a_server_that_refuses_connections_in_mid_job_is_gone_long_before_it_would_be_silent() -> None:
    told = Told()
    pace = Pace(poll=0.1, soon=0.01, lost=0.2, refused=0.2)
    async with a_house(step_seconds=0.01, pace=pace, settings={"silence": 60}) as house:
        running = asyncio.create_task(house.engine.generate(house.rig.job(steps=100), told))
        await told.until_step()
        await house.fake.stop()
        with refused(EngineUnavailableError, reason="gone"):
            async with asyncio.timeout(2):
                await running


async def test_a_server_that_refuses_connections_for_a_moment_goes_on_with_the_job() -> None:
    told = Told()
    pace = Pace(poll=0.1, soon=0.01, lost=0.2, refused=2)
    async with a_house(step_seconds=0.01, pace=pace) as house:
        running = asyncio.create_task(house.engine.generate(house.rig.job(steps=20), told))
        await told.until_step()
        await house.fake.restart(down=0.1)
        assert (await running).images
