"""Progress is about the whole server, and told by polling it."""

from __future__ import annotations

import asyncio

from adapters.engines.automatic1111.state import Course, State, state_of
from core.generation.models import Progress
from tests.adapters.engines.automatic1111.bench import Bench
from tests.fakes.automatic1111.pictures import drawn


async def test_progress_is_over_all_pictures_and_the_last_step_is_told(forge: Bench) -> None:
    forge.fake.rendering.go.clear()
    making = asyncio.create_task(forge.make(batch_size=2, steps=5))
    await forge.fake.until(lambda: forge.fake.rendering.step == 1)
    polled = forge.fake.count("GET progress")
    await forge.fake.until(lambda: forge.fake.count("GET progress") > polled + 2)
    assert forge.told[-1] == Progress(1, 10, seconds=1.5)
    forge.fake.rendering.go.set()
    await forge.fake.rendering.set()
    await making
    assert forge.told[-1] == Progress(10, 10)


async def test_the_picture_on_the_way_is_shown(forge: Bench) -> None:
    forge.fake.rendering.show_preview(drawn(5, (16, 8)))
    forge.fake.rendering.go.clear()
    making = asyncio.create_task(forge.make())
    await forge.fake.until(lambda: forge.fake.rendering.step == 1)
    polled = forge.fake.count("GET progress")
    await forge.fake.until(lambda: forge.fake.count("GET progress") > polled + 2)
    assert forge.told[-1].preview is not None
    assert forge.told[-1].preview.startswith(b"\x89PNG")
    forge.fake.rendering.go.set()
    await forge.fake.rendering.set()
    await making


async def test_sd_server_is_not_asked_for_progress_and_nothing_is_told(plain: Bench) -> None:
    before = plain.fake.count("GET progress")
    await plain.make()
    assert plain.fake.count("GET progress") == before
    assert plain.told == []


def test_progress_is_reckoned_from_steps_where_they_are_told() -> None:
    state = {"job": "Batch 2 out of 4", "job_count": 4, "job_no": 1, "sampling_step": 5, "sampling_steps": 10}
    assert state_of({"progress": 0.385, "state": state}).fraction == 0.375
    assert state_of({"progress": 0.25, "state": {"job": "extras"}}).fraction == 0.25


def test_nonsense_of_a_server_is_no_progress() -> None:
    odds: tuple[object, ...] = (
        None,
        [],
        {"state": 5},
        {"state": {"job_count": "x"}, "progress": float("nan")},
    )
    for odd in odds:
        assert state_of(odd) == State()
    assert state_of({"state": {"job": "x"}}, preview=b"<html>").preview is None


def test_progress_never_falls_and_an_idle_server_tells_nothing() -> None:
    told: list[Progress] = []
    course = Course(100, None, told.append)
    for fraction in (0.5, 0.2, 0.7):
        course.hear(State(is_busy=True, fraction=fraction))
    course.hear(State(fraction=0.9))
    assert [progress.step for progress in told] == [50, 50, 70]


def test_the_flag_of_an_earlier_interrupt_is_not_this_jobs() -> None:
    course = Course(100, State(is_interrupted=True), lambda _: None)
    course.hear(State(is_busy=True, is_interrupted=True))
    assert not course.is_interrupted
    course.hear(State(is_busy=True))
    course.hear(State(is_busy=True, is_interrupted=True))
    assert course.is_interrupted
