"""What the Horde refuses, by its codes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from adapters.engines.horde.errors import raise_for
from adapters.engines.horde.recipe import HordeRecipe
from adapters.engines.wire.connection import Answer
from core.errors import (
    EngineBusyError,
    EngineError,
    EngineFaultError,
    EngineRejectedError,
    EngineUnavailableError,
)
from tests.fakes.horde.queue import KEY
from tests.fakes.horde.refusals import BAD_WORD
from tests.fakes.horde.world import World

LARGE = {"width": 1088, "height": 1024}


async def refusal(world: World, *, pictures: dict[str, Any] | None = None, **settings: Any) -> EngineError:
    with pytest.raises(EngineError) as caught:
        await world.generate(world.job(**(pictures or {})), **settings)
    said = repr(caught.value.facts)
    assert "http" not in said
    assert KEY not in said
    assert not world.notes.texts
    return caught.value


async def test_a_key_that_is_not_valid_is_the_operators_to_mend(world: World) -> None:
    error = await refusal(world, key="nobodys")
    assert isinstance(error, EngineUnavailableError)
    assert error.facts["reason"] == "refused"


@pytest.mark.parametrize("codes", [True, False])
async def test_a_key_that_is_not_valid_is_noticed_before_any_job(world: World, codes: Any) -> None:
    world.horde.knobs.codes = codes
    engine = world.engine(key="nobodys")
    for _ in range(2):
        with pytest.raises(EngineUnavailableError) as caught:
            await engine.probe()
        assert caught.value.facts["reason"] == "refused"
    assert world.horde.routes("user") == 2  # asked again until it is known


async def test_a_key_that_is_known_is_asked_about_once_in_minutes_and_the_anonymous_one_never(
    world: World,
) -> None:
    for engine in (world.engine(key="0000000000"), world.engine()):
        await engine.probe()
        await engine.probe()
    assert world.horde.routes("user") == 1


@pytest.mark.parametrize(
    ("pictures", "reason"), [(LARGE, "size"), ({"steps": 51}, "steps"), (LARGE | {"steps": 50}, "size")]
)
async def test_without_a_key_it_is_said_what_is_too_much(
    world: World, pictures: dict[str, int], reason: str
) -> None:
    error = await refusal(world, pictures=pictures, key="0000000000")
    assert isinstance(error, EngineRejectedError)
    assert error.facts == {"reason": reason}


async def test_with_a_key_kudos_that_are_missing_are_the_price() -> None:
    answer = Answer(403, {}, b'{"message": "...", "rc": "KudosUpfront"}')
    with pytest.raises(EngineRejectedError) as caught:
        raise_for(answer)
    assert caught.value.facts == {"reason": "price"}


async def test_a_job_above_the_operators_bound_is_quoted_and_not_sent(world: World) -> None:
    error = await refusal(world, pictures={"batch_size": 3}, kudos_most=25)
    assert error.facts == {"reason": "price", "kudos": 30, "most": 25}
    assert world.horde.quotes == 1
    assert not world.horde.requests


async def test_a_job_within_the_bound_is_sent_and_without_a_bound_nothing_is_quoted(world: World) -> None:
    assert await world.generate(world.job(batch_size=2), kudos_most=20)
    assert world.horde.quotes == 1
    assert await world.generate(world.job(batch_size=2))
    assert world.horde.quotes == 1


async def test_a_prompt_that_is_rejected_as_unethical(world: World) -> None:
    error = await refusal(world, pictures={"prompt": f"an {BAD_WORD} thing"})
    assert error.facts == {"reason": "prompt"}


async def test_a_sampler_that_the_horde_does_not_have_is_named(world: World) -> None:
    error = await refusal(world, pictures={"sampler": "k_made_up"})
    assert error.facts == {"reason": "sampler", "name": "k_made_up"}


async def test_a_parameter_of_the_type_that_is_refused_is_a_value(world: World) -> None:
    job = replace(world.job(), recipe=HordeRecipe("none", {"clip_skip": 13}))
    with pytest.raises(EngineRejectedError) as caught:
        await world.generate(job)
    assert caught.value.facts == {"reason": "value"}


async def test_maintenance_is_being_away(world: World) -> None:
    world.horde.knobs.maintenance = True
    error = await refusal(world)
    assert isinstance(error, EngineUnavailableError)
    assert error.facts["reason"] == "away"


async def test_too_many_at_one_time_is_being_busy_and_takes_back_the_others(world: World) -> None:
    world.horde.knobs.concurrency = 2
    error = await refusal(world, pictures={"batch_size": 3})
    assert isinstance(error, EngineBusyError)
    assert error.retry_after > 0
    assert world.horde.routes("async") - len(world.horde.limits.refused) == 3  # it was not tried again
    assert not world.horde.open


@pytest.mark.parametrize(
    ("status", "body", "error", "facts"),
    [
        (
            400,
            '{"errors": {"params.width": "500 ..."}}',
            EngineRejectedError,
            {"reason": "value", "name": "width"},
        ),
        (
            400,
            '{"errors": {"params.n": "21"}}',
            EngineRejectedError,
            {"reason": "value", "name": "batch_size"},
        ),
        (400, '{"errors": {"/etc/passwd": "x"}}', EngineRejectedError, {"reason": "value"}),
        (400, '{"rc": "ImageValidationFailed"}', EngineRejectedError, {"reason": "input_image"}),
        (400, '{"rc": "TooManySteps"}', EngineRejectedError, {"reason": "value", "name": "steps"}),
        (400, '{"rc": "UnsupportedModel"}', EngineRejectedError, {"reason": "model", "name": "m"}),
        (403, '{"rc": "RequiresTrust"}', EngineRejectedError, {"reason": "trust"}),
        (403, '{"rc": "SomethingNew"}', EngineRejectedError, {"reason": "value"}),
        (403, "<html>proxy</html>", EngineUnavailableError, {"reason": "refused", "status": 403}),
        (403, '{"rc": "TimeoutIP"}', EngineUnavailableError, {"reason": "refused", "status": 403}),
        (400, '{"rc": "AbortedGen"}', EngineFaultError, {"reason": "faulted"}),
        (404, "<html>nginx</html>", EngineUnavailableError, {"reason": "address"}),
        (302, "", EngineFaultError, {"reason": "status", "status": 302}),
        (500, "<html>oops</html>", EngineFaultError, {"reason": "status", "status": 500}),
        (503, "<html>away</html>", EngineUnavailableError, {"reason": "away", "status": 503}),
    ],
)
def test_codes_count_and_never_the_text(
    status: int, body: str, error: type[EngineError], facts: dict[str, Any]
) -> None:
    with pytest.raises(error) as caught:
        raise_for(Answer(status, {}, body.encode()), {"models": ["m"]})
    assert caught.value.facts == facts


def test_a_new_code_for_a_question_is_not_about_what_was_sent() -> None:
    with pytest.raises(EngineUnavailableError) as caught:
        raise_for(Answer(403, {}, b'{"rc": "SomethingNew"}'))
    assert caught.value.facts == {"reason": "refused", "status": 403}
