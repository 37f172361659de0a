from __future__ import annotations

from typing import Any

import pytest

from core.generation.engine import Capabilities
from core.generation.pool.breaker import Circuit
from core.generation.pool.server import ServerState
from core.presentation.engine_messages import (
    OUT_OF_USE,
    PAST,
    REJECTIONS,
    say_found,
    say_out_of_use,
    say_rejected,
    say_server,
)
from tests.core.presentation.test_messages import reasons_of

FALLBACK = "The engine refused that; change the prompt or the settings."

REJECTED = sorted(reasons_of("EngineRejectedError"))
UNAVAILABLE = sorted(reasons_of("EngineUnavailableError"))


def test_the_walk_finds_what_engines_say() -> None:
    assert {"type", "no_mask", "out_of_memory", "trust"} <= set(REJECTED)
    assert {"refused", "away", "start"} <= set(UNAVAILABLE)


# Why an engine refused


@pytest.mark.parametrize("reason", REJECTED)
def test_every_reason_of_a_refusal_has_a_sentence(reason: str) -> None:
    assert reason in REJECTIONS


@pytest.mark.parametrize("reason", sorted(REJECTIONS))
@pytest.mark.parametrize("facts", [{}, {"name": None}, {"name": "dreams", "node": "7", "detail": "0 to 1"}])
def test_a_refusal_is_a_sentence_whatever_is_known(reason: str, facts: dict[str, Any]) -> None:
    said = say_rejected({**facts, "reason": reason})
    assert said[-1] == "."
    assert said != FALLBACK
    assert "None" not in said


@pytest.mark.parametrize("facts", [{}, {"reason": "of_a_newer_kind"}, {"reason": None}, {"reason": 7}])
def test_a_reason_that_is_not_known_is_a_sentence_too(facts: dict[str, Any]) -> None:
    assert say_rejected(facts) == FALLBACK


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        (
            {"reason": "model", "name": "dreams"},
            'The engine doesn\'t have the model "dreams"; take another --model, or leave it out.',
        ),
        (
            {"reason": "sampler"},
            "The engine doesn't have that sampler; take another --sampler, or leave it out.",
        ),
        (
            {"reason": "lora", "name": "snow"},
            'The engine doesn\'t have the LoRA "snow"; take its tag out of the prompt.',
        ),
        ({"reason": "value", "name": "cfg_scale"}, "The engine doesn't take cfg_scale as given; change it."),
        (
            {"reason": "value", "name": "steps", "detail": "at most 30"},
            "The engine doesn't take steps as given (at most 30); change it.",
        ),
        ({"reason": "value"}, "The engine doesn't take one of the values as given; change it."),
        (
            {"reason": "workflow", "node": "7"},
            "The engine can't run this type's workflow at 7; an admin finds why in the log.",
        ),
        (
            {"reason": "workflow"},
            "The engine can't run this type's workflow; an admin finds why in the log.",
        ),
    ],
)
def test_what_is_known_of_a_refusal_is_said(facts: dict[str, Any], said: str) -> None:
    assert say_rejected(facts) == said


# Why a server is out of use


@pytest.mark.parametrize("reason", UNAVAILABLE)
def test_every_reason_of_an_engine_that_is_away_has_words(reason: str) -> None:
    assert reason in OUT_OF_USE


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        *((f"engine_unavailable: {reason}", words) for reason, words in OUT_OF_USE.items()),
        ("engine_unavailable", "can't be used (engine_unavailable)"),
        ("engine_unavailable: of_a_newer_kind", "can't be used (of_a_newer_kind)"),
        ("engine_timeout", "doesn't answer in time"),
        ("engine_timeout: anything", "doesn't answer in time"),
        ("engine_fault", "broke on several jobs"),
        ("engine_fault: not_json", "broke on several jobs (not_json)"),
        ("", "can't be used ()"),
    ],
)
def test_why_a_server_is_out_of_use(reason: str, said: str) -> None:
    assert say_out_of_use(reason) == said


def a_state(circuit: Circuit = Circuit.CLOSED, **fields: Any) -> ServerState:
    values: dict[str, Any] = {"reason": "", "running": 1, "slots": 2, "speed": None} | fields
    return ServerState("comfyui", circuit, **values)


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (a_state(), "1 of 2 at work"),
        (
            a_state(running=0, speed=22.1),
            "0 of 2 at work, about 0.5 s for a usual picture (768 × 768, 20 steps)",
        ),
        (
            a_state(speed=1000.0),
            "1 of 2 at work, about 0.1 s for a usual picture (768 × 768, 20 steps)",
        ),
        (a_state(speed=0.2), "1 of 2 at work, about 56 s for a usual picture (768 × 768, 20 steps)"),
        (a_state(speed=0.01), "1 of 2 at work, about 19 min for a usual picture (768 × 768, 20 steps)"),
        (
            a_state(Circuit.HALF_OPEN, reason="engine_unavailable: refused"),
            "on trial (it refused the key or the password), 1 of 2 at work",
        ),
        (
            a_state(Circuit.HALF_OPEN, reason="engine_timeout"),
            "on trial (it didn't answer in time), 1 of 2 at work",
        ),
        (
            a_state(Circuit.OPEN, reason="engine_unavailable: refused", speed=1.0),
            (
                "out of use: it refuses the key or the password, 1 of 2 at work, "
                "about 11 s for a usual picture (768 × 768, 20 steps)"
            ),
        ),
    ],
)
def test_how_a_server_is_doing(state: ServerState, said: str) -> None:
    assert say_server(state) == said


@pytest.mark.parametrize(
    "trouble", [*OUT_OF_USE.values(), *map(say_out_of_use, ["engine_timeout", "engine_fault"])]
)
def test_every_trouble_can_be_told_of_as_past(trouble: str) -> None:
    assert trouble.split(" ", maxsplit=1)[0].rstrip(",") in PAST


@pytest.mark.parametrize("reason", sorted(OUT_OF_USE))
def test_a_server_out_of_use_is_told_of_in_a_sentence_that_reads_well(reason: str) -> None:
    said = say_server(a_state(Circuit.OPEN, reason=f"engine_unavailable: {reason}"))
    assert "it its" not in said


@pytest.mark.parametrize(
    ("capabilities", "said"),
    [
        (Capabilities(), "1 at a time"),
        (Capabilities(models=("a",), samplers=("b", "c"), slots=3), "1 model, 2 samplers, 3 at a time"),
        (Capabilities(models=("a", "b"), loras=("c",)), "2 models, 1 LoRA, 1 at a time"),
        (Capabilities(loras=("c", "d")), "2 LoRAs, 1 at a time"),
    ],
)
def test_what_a_server_has_to_offer(capabilities: Capabilities, said: str) -> None:
    assert say_found(capabilities) == said
