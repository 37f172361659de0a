"""To cancel one's own job, while other people's go on."""

from __future__ import annotations

import pytest

from tests.real_engine.comfyui.house import BEGUN, LONG, LONG_STEPS, House
from tests.real_engine.comfyui.site import ComfyUI, until

pytestmark = [pytest.mark.real_engine, pytest.mark.timeout(300)]


def test_what_runs_is_stopped_and_what_waits_behind_it_is_not(house: House, comfyui: ComfyUI) -> None:
    with house.program() as program:
        program.send(f"/generate a whale {LONG}\n")
        program.expect(BEGUN)
        (ours,) = comfyui.running()
        theirs = comfyui.submit(steps=2)
        program.send(f"/cancel {program.tasks().pop()}\n")
        program.expect("Cancelled")
        assert until(lambda: theirs in comfyui.history())
        assert comfyui.history() == {ours: "interrupted", theirs: "success"}
        program.end_input()
        assert program.wait() == 0
    assert [task["status"] for task in house.settled().tasks] == ["cancelled"]


def test_what_waits_is_taken_out_and_what_runs_goes_on(house: House, comfyui: ComfyUI) -> None:
    theirs = comfyui.submit(steps=3 * LONG_STEPS)  # Easel has to start and look around meanwhile
    with house.program() as program:
        program.send(f"/generate a whale {LONG}\n")
        program.expect("Waiting at the engine")
        assert len(comfyui.pending()) == 1
        program.send(f"/cancel {program.tasks().pop()}\n")
        assert until(lambda: not comfyui.pending())
        assert comfyui.running() == [theirs]
        program.end_input()
        assert program.wait() == 0
    assert until(lambda: not comfyui.running())
    assert comfyui.history() == {theirs: "success"}
    assert [task["status"] for task in house.settled().tasks] == ["cancelled"]


def test_after_a_stop_the_next_one_is_made(house: House, comfyui: ComfyUI) -> None:
    with house.program() as program:
        program.send(f"/generate a whale {LONG}\n")
        program.expect(BEGUN)
        program.send(f"/cancel {program.tasks().pop()}\n/generate a fox {LONG}\n")
        program.expect("Done")
        program.end_input()
        assert program.wait() == 0
    assert sorted(comfyui.history().values()) == ["interrupted", "success"]
    assert {task["status"] for task in house.settled().tasks} == {"cancelled", "completed"}
