"""Where pictures cost the operator money, no job is paid for twice."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from core.errors import (
    EngineBusyError,
    EngineError,
    EngineFaultError,
    EngineRejectedError,
    EngineTimeoutError,
    EngineUnavailableError,
)
from core.ids import TaskId
from tests.adapters.engines.openai_images.house import SHORT, a_house, answer_of
from tests.contracts.engines.rig import a_png
from tests.fakes.openai_images.errors import openai_error
from tests.fakes.openai_images.faults import (
    Fault,
    breaks_off,
    breaks_off_in_the_stream,
    goes_silent,
    says,
    writes,
)
from tests.fakes.openai_images.openai import OpenAI

PAID: dict[str, Any] = {"points_per_picture": 5, "batch": 1}
TASK = TaskId("one11a")
LOST = {"reason": "lost"}


async def test_a_note_is_kept_from_before_the_call_until_after_the_pictures_are_stored() -> None:
    async with a_house(OpenAI(), **PAID) as house:
        kept: list[str | None] = []
        house.fake.faults.append(_noting(house.notes.texts, kept))
        await house.make(batch_size=2)
        assert kept == ["asked"]
        assert house.notes.texts == {TASK: "asked"}  # Easel may be killed before it has stored them


async def test_of_free_pictures_no_note_is_kept() -> None:
    async with a_house(OpenAI()) as house:
        await house.make()
        assert house.notes.history == []


async def test_a_job_that_may_have_been_paid_for_is_not_asked_for_again() -> None:
    async with a_house(OpenAI(), **PAID) as house:
        house.fake.faults.append(goes_silent)
        running = asyncio.create_task(house.make())
        await house.fake.began.wait()
        running.cancel()  # as Easel's own end does
        with pytest.raises(asyncio.CancelledError):
            await running
        error = await house.failure(attempt=2)
        assert (type(error), error.facts) == (EngineRejectedError, LOST)
        assert len(house.fake.asked) == 1
        assert (await house.make(task="other1", attempt=2)).images


@pytest.mark.parametrize(
    ("fault", "free"),
    [
        (breaks_off, EngineUnavailableError),
        (goes_silent, EngineTimeoutError),
        (breaks_off_in_the_stream, EngineUnavailableError),
        (writes("<html>", status=502), EngineUnavailableError),
        (writes("<html>", status=524), EngineFaultError),
        (writes("no json"), EngineFaultError),
        (says({"data": []}), EngineFaultError),
        (says(answer_of(a_png())), EngineFaultError),
        (says(answer_of(b"no picture")), EngineFaultError),
        (says({"data": [{"url": "https://localhost:9/made.png"}]}), EngineFaultError),
    ],
)
async def test_a_call_whose_end_is_not_known_is_lost_where_it_is_paid_for_and_made_again_where_it_is_free(
    fault: Fault, free: type[EngineError]
) -> None:
    async with a_house(OpenAI(), **PAID, silence=SHORT) as house:
        house.fake.faults.append(fault)
        error = await house.failure()
        assert (type(error), error.facts) == (EngineRejectedError, LOST)
        assert TASK in house.notes.texts
    async with a_house(OpenAI(), silence=SHORT) as house:
        house.fake.faults.append(fault)
        assert type(await house.failure()) is free


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (says(openai_error(429, "rate_limit_exceeded")), EngineBusyError),
        (says(openai_error(429, "insufficient_quota")), EngineUnavailableError),
        (says(openai_error(401, "invalid_api_key")), EngineUnavailableError),
        (says(openai_error(400, "moderation_blocked")), EngineRejectedError),
        (says(openai_error(500, "server_error")), EngineFaultError),
        (writes("", status=503), EngineUnavailableError),
    ],
)
async def test_what_the_server_refused_was_not_paid_for_and_may_be_made_again(
    fault: Fault, kind: type[EngineError]
) -> None:
    async with a_house(OpenAI(), **PAID) as house:
        house.fake.faults.append(fault)
        error = await house.failure()
        assert type(error) is kind
        assert error.facts != LOST
        assert house.notes.texts == {}
        assert (await house.make(attempt=2)).images


async def test_a_refusal_after_a_picture_was_paid_for_does_not_have_it_paid_again() -> None:
    async with a_house(OpenAI(), **PAID) as house:
        house.fake.faults.extend(
            [_answered(), says(openai_error(429, "rate_limit_exceeded"), headers={"Retry-After": "1"})]
        )
        error = await house.failure(batch_size=2)
        assert (type(error), error.facts) == (EngineRejectedError, LOST)


async def test_what_is_refused_for_good_says_why_though_a_picture_was_paid_for() -> None:
    async with a_house(OpenAI(), **PAID) as house:
        house.fake.faults.extend([_answered(), says(openai_error(400, "moderation_blocked"))])
        error = await house.failure(batch_size=2)
        assert (type(error), error.facts) == (EngineRejectedError, {"reason": "prompt"})
        assert TASK in house.notes.texts


async def test_a_server_that_can_not_be_reached_was_not_paid() -> None:
    async with a_house(OpenAI(), **PAID) as house:
        await house.fake.close()
        error = await house.failure()
        assert (type(error), error.facts) == (EngineUnavailableError, {"reason": "unreachable"})
        assert house.notes.texts == {}


async def test_a_job_that_is_not_sent_leaves_no_note() -> None:
    async with a_house(OpenAI(), **PAID, per_minute=1) as house:
        await house.make()
        assert isinstance(await house.failure(task="other1"), EngineBusyError)
        assert list(house.notes.texts) == [TASK]


@pytest.mark.parametrize("broken", ["get", "put"])
async def test_nothing_is_sent_while_no_note_can_be_kept(broken: str) -> None:
    async with a_house(OpenAI(), **PAID) as house:
        house.notes.broken = {broken}
        error = await house.failure()
        assert (type(error), error.facts) == (EngineUnavailableError, {"reason": "notes"})
        assert house.fake.asked == []
        house.notes.broken.clear()
        assert (await house.make()).images


async def test_a_note_that_can_not_be_taken_back_hides_no_error_and_is_logged(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with a_house(OpenAI(), **PAID) as house:
        house.notes.broken = {"forget"}
        house.fake.faults.append(says(openai_error(401, "invalid_api_key")))
        error = await house.failure()
        assert (type(error), error.facts["reason"]) == (EngineUnavailableError, "refused")
        assert "could not be taken back: storage_unavailable" in caplog.text


def _noting(notes: dict[TaskId, str], kept: list[str | None]) -> Fault:
    async def answer(fake: Any, request: Any) -> Any:
        kept.append(notes.get(TASK))
        return await _answered()(fake, request)

    return answer


def _answered() -> Fault:
    """Answer as if there were no fault."""

    async def answer(fake: Any, request: Any) -> Any:
        return await says(fake.character.answer(fake.asked[-1], fake.url))(fake, request)

    return answer
