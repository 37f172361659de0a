"""kill -9, of Easel and of ComfyUI, in the middle of a job: it is neither lost nor made twice."""

from __future__ import annotations

import pytest

from tests.crash.invariants import Row, outputs
from tests.real_engine.comfyui.house import BEGUN, LONG, House
from tests.real_engine.comfyui.site import ComfyUI, until

pytestmark = [pytest.mark.real_engine, pytest.mark.timeout(300)]


def begun_and_killed(house: House) -> str:
    """Kill Easel when its job is under way; return the job's id at ComfyUI."""
    with house.program() as program:
        program.send(f"/generate a whale {LONG}\n")
        program.expect(BEGUN)
        assert program.kill()
    (job,) = house.comfyui.running()
    return job


def finished(house: House) -> Row:
    """Start Easel again, and return its task when it is done."""
    with house.program("run") as program:
        program.end_input()
        assert program.wait() == 0, (program.lines, program.errors)
    (task,) = house.settled().tasks
    return task


def test_a_job_that_still_runs_is_taken_up_again(house: House, comfyui: ComfyUI) -> None:
    job = begun_and_killed(house)
    task = finished(house)
    assert (task["status"], task["attempts"], len(outputs(task))) == ("completed", 2, 1)
    assert comfyui.history() == {job: "success"}  # nothing else was ever submitted


def test_a_job_that_ended_meanwhile_is_fetched(house: House, comfyui: ComfyUI) -> None:
    job = begun_and_killed(house)
    assert until(lambda: comfyui.history() == {job: "success"})
    task = finished(house)
    assert (task["status"], task["attempts"], len(outputs(task))) == ("completed", 2, 1)
    assert comfyui.jobs() == {job}


def test_a_job_that_comfyui_forgot_meanwhile_is_made_anew(house: House, comfyui: ComfyUI) -> None:
    begun_and_killed(house)
    comfyui.server.kill()
    comfyui.server.start()
    assert comfyui.jobs() == set()
    task = finished(house)
    assert (task["status"], task["attempts"], len(outputs(task))) == ("completed", 2, 1)
    assert list(comfyui.history().values()) == ["success"]


def test_a_killed_comfyui_is_given_the_job_again(house: House, comfyui: ComfyUI) -> None:
    with house.program() as program:
        program.send(f"/generate a whale {LONG}\n")
        program.expect(BEGUN)
        comfyui.server.kill()
        comfyui.server.start()
        program.expect("Done")
        program.end_input()
        assert program.wait() == 0
        assert all("comfyui is out of use" in line or "answers again" in line for line in program.errors)
    (task,) = house.settled().tasks
    assert (task["status"], len(outputs(task))) == ("completed", 1)
    assert task["attempts"] <= 2  # one where it is back before it counts as gone
    assert list(comfyui.history().values()) == ["success"]
