from __future__ import annotations

from typing import Any

import pytest

from core.generation.estimate import Place
from core.generation.models import GenerationMetadata, GenerationStatus, GenerationTask, Progress
from core.presentation.status import status_view
from core.presentation.views import Action, StatusView
from tests.fakes.builders import a_failure, a_request, a_response, a_task, an_image

PENDING = GenerationStatus.PENDING
PROCESSING = GenerationStatus.PROCESSING
COMPLETED = GenerationStatus.COMPLETED
FAILED = GenerationStatus.FAILED
CANCELLED = GenerationStatus.CANCELLED


def test_everything_about_a_finished_task() -> None:
    task = a_task(COMPLETED, response=a_response(an_image("a"), an_image("b"), processing_time=2.54))
    assert status_view(task) == StatusView(
        task=task.id,
        status=COMPLETED,
        prompt="a red fox",
        headline="Done in 2.5 s",
        details="1024×1024 · 20 steps · seed 7 · 10 points",
        fraction=None,
        images=(an_image("a"), an_image("b")),
        actions=(
            (Action("vary", task.id, "Vary 1", 1), Action("vary", task.id, "Vary 2", 2)),
            (Action("upscale", task.id, "Upscale 1", 1), Action("upscale", task.id, "Upscale 2", 2)),
            (Action("use", task.id, "Use 1", 1), Action("use", task.id, "Use 2", 2)),
            (
                Action("again", task.id, "Again"),
                Action("edit", task.id, "Edit"),
                Action("details", task.id, "Details"),
                Action("delete", task.id, "Delete"),
            ),
        ),
    )


@pytest.mark.parametrize(
    ("task", "place", "headline"),
    [
        (a_task(), None, "Queued"),
        (a_task(), Place(1, None), "Queued, next"),
        (a_task(), Place(1, 40), "Queued, next, about 40 s"),
        (a_task(), Place(3, 600), "Queued, 3rd, about 10 min"),
        (a_task(attempts=1), None, "Queued again"),
        (a_task(attempts=1), Place(2, 40), "Queued again, 2nd, about 40 s"),
        (a_task(), Place(2, None, away=True), "Queued, 2nd; no engine can be reached now"),
        (a_task(), Place(2, None, paused=True), "Queued, 2nd; the queue is paused"),
        (a_task(), Place(2, None, paused=True, away=True), "Queued, 2nd; the queue is paused"),
        (a_task(attempts=1), Place(1, None, away=True), "Queued again, next; no engine can be reached now"),
        (a_task(PROCESSING), None, "Drawing"),
        (a_task(PROCESSING, progress=Progress(0, 0)), None, "Drawing"),
        (a_task(PROCESSING, progress=Progress(0, 0, seconds=40.0)), None, "Drawing, about 40 s"),
        (a_task(PROCESSING, progress=Progress(0, 0, position=0)), None, "Waiting at the engine, next"),
        (a_task(PROCESSING, progress=Progress(0, 0, position=1)), None, "Waiting at the engine, next"),
        (
            a_task(PROCESSING, progress=Progress(0, 20, position=12, seconds=90.0)),
            None,
            "Waiting at the engine, 12th, about 2 min",
        ),
        (a_task(PROCESSING, progress=Progress(5, 20)), None, "Drawing, step 5 of 20"),
        (a_task(COMPLETED, response=a_response()), None, "Done"),
        (a_task(COMPLETED, response=None), None, "Done"),
        (a_task(COMPLETED, response=a_response(processing_time=240)), None, "Done in 4 min"),
        (
            a_task(FAILED, response=a_failure("engine_unavailable")),
            None,
            "Failed: The engine can't be reached; try again later. 10 points are back.",
        ),
        (
            a_task(FAILED, price=1, response=a_failure("interrupted_too_often", attempts=3)),
            None,
            "Failed: Easel was stopped 3 times while drawing it. 1 point is back.",
        ),
        (
            a_task(FAILED, price=0, response=a_failure("failed", reason="No luck.")),
            None,
            "Failed: No luck.",
        ),
        (a_task(FAILED, price=0, response=None), None, "Failed: no reason is known."),
        (a_task(FAILED, price=0, response=a_response()), None, "Failed: no reason is known."),
        (a_task(CANCELLED), None, "Cancelled. 10 points are back."),
        (a_task(CANCELLED, price=1), None, "Cancelled. 1 point is back."),
        (a_task(CANCELLED, price=0), None, "Cancelled."),
    ],
)
def test_where_a_task_stands(task: GenerationTask, place: Place | None, headline: str) -> None:
    assert status_view(task, place).headline == headline


@pytest.mark.parametrize(
    ("task", "details"),
    [
        (a_task(), "1024×1024 · 20 steps · seed 7 · 10 points"),
        (a_task(price=0), "1024×1024 · 20 steps · seed 7"),
        (a_task(price=1), "1024×1024 · 20 steps · seed 7 · 1 point"),
        (
            a_task(request=a_request(width=512, height=640, steps=1, batch_size=4, seed=0)),
            "512×640 · 1 step · 4 pictures · seed 0 · 10 points",
        ),
        (a_task(request=a_request(seed=None)), "1024×1024 · 20 steps · 10 points"),
        (a_task(FAILED), "1024×1024 · 20 steps · seed 7"),
        (a_task(CANCELLED), "1024×1024 · 20 steps · seed 7"),
        (
            a_task(
                COMPLETED,
                response=a_response(metadata=GenerationMetadata(seed=0, engine="comfyui", model="dreams")),
            ),
            "dreams · 1024×1024 · 20 steps · seed 0 · 10 points",
        ),
        (
            a_task(COMPLETED, response=a_response(metadata=GenerationMetadata(engine="sketch"))),
            "sketch · 1024×1024 · 20 steps · seed 7 · 10 points",
        ),
        (
            a_task(
                COMPLETED, response=a_response(metadata=GenerationMetadata(engine="sketch", stand_in=True))
            ),
            "sketch · a stand-in, not a model · 1024×1024 · 20 steps · seed 7 · 10 points",
        ),
        (
            a_task(
                COMPLETED, response=a_response(metadata=GenerationMetadata(engine="horde", model="dreams"))
            ),
            "dreams · 1024×1024 · 20 steps · seed 7 · 10 points",
        ),
        (
            a_task(
                FAILED,
                response=a_failure("engine_fault").model_copy(
                    update={"metadata": GenerationMetadata(seed=9, model="dreams")}
                ),
            ),
            "1024×1024 · 20 steps · seed 7",
        ),
    ],
)
def test_the_small_line(task: GenerationTask, details: str) -> None:
    assert status_view(task).details == details


@pytest.mark.parametrize("status", [PENDING, PROCESSING])
def test_what_waits_or_runs_can_be_cancelled(status: GenerationStatus) -> None:
    task = a_task(status)
    assert status_view(task).actions == ((Action("cancel", task.id, "Cancel"),),)


@pytest.mark.parametrize("status", [FAILED, CANCELLED])
def test_what_has_no_pictures_can_be_made_again(status: GenerationStatus) -> None:
    (row,) = status_view(a_task(status)).actions
    assert [action.command for action in row] == ["again", "edit", "details", "delete"]


def test_one_picture_has_one_row_of_its_own() -> None:
    task = a_task(COMPLETED, response=a_response(an_image("a")))
    assert [[action.label for action in row] for row in status_view(task).actions] == [
        ["Vary", "Upscale", "Use"],
        ["Again", "Edit", "Details", "Delete"],
    ]


def test_only_the_first_pictures_have_rows() -> None:
    task = a_task(COMPLETED, response=a_response(*(an_image(letter) for letter in "abcdef")))
    assert [action.picture for action in status_view(task).actions[0]] == [1, 2, 3, 4]


@pytest.mark.parametrize("nsfw", [False, True])
@pytest.mark.parametrize("flagged", [False, True])
def test_pictures_not_for_everybody_are_covered(nsfw: bool, flagged: bool) -> None:
    response = a_response(an_image("a"), metadata=GenerationMetadata(seed=7, sensitive=flagged))
    task = a_task(COMPLETED, request=a_request(nsfw=nsfw), response=response)
    assert status_view(task).sensitive is (nsfw or flagged)


@pytest.mark.parametrize(
    ("fields", "fraction"),
    [
        ({}, None),
        ({"progress": Progress(5, 20)}, 0.25),
        ({"progress": Progress(0, 20)}, 0.0),
        ({"progress": Progress(0, 0, position=3)}, None),
        ({"progress": Progress(30, 20)}, 1.0),
    ],
)
def test_how_far_it_is(fields: dict[str, Any], fraction: float | None) -> None:
    assert status_view(a_task(PROCESSING, **fields)).fraction == fraction


@pytest.mark.parametrize("status", GenerationStatus)
def test_a_view_is_final_where_its_task_is(status: GenerationStatus) -> None:
    assert status_view(a_task(status)).final is status.final


def test_the_same_task_is_the_same_view() -> None:
    assert status_view(a_task(), Place(2, 40.0)) == status_view(a_task(), Place(2, 40.4))
    assert status_view(a_task(), Place(2, 40.0)) != status_view(a_task(), Place(3, 40.0))
