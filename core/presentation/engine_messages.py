"""What is said of engines: why one refused a picture, and why one is out of use."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from core.generation.engine import Capabilities
from core.generation.models import GenerationSettings
from core.generation.pool.breaker import Circuit
from core.generation.pool.server import ServerState

Facts = Mapping[str, object]


def say_rejected(facts: Facts) -> str:
    """Return why no engine would make that picture, and what would be different."""
    sentence = REJECTIONS.get(str(facts.get("reason")))
    return sentence(facts) if sentence else "The engine refused that; change the prompt or the settings."


def _missing(kind: str, flag: str) -> Callable[[Facts], str]:
    def say(facts: Facts) -> str:
        name = facts.get("name")
        which = f'the {kind} "{name}"' if name else f"that {kind}"
        return f"The engine doesn't have {which}; {flag}."

    return say


def _workflow(facts: Facts) -> str:
    node = f" at {facts['node']}" if facts.get("node") else ""
    return f"The engine can't run this type's workflow{node}; an admin finds why in the log."


def _value(facts: Facts) -> str:
    name = str(facts.get("name") or "one of the values")
    said = str(facts.get("detail") or "")
    detail = f" ({said})" if any(map(str.isdigit, said)) else ""  # a range; the rest are codes
    return f"The engine doesn't take {name} as given{detail}; change it."


REJECTIONS: dict[str, Callable[[Facts], str]] = {
    "type": lambda _: "The engine can't do that kind of picture.",
    "size": lambda _: "The engine can't make a picture of that size; make it smaller.",
    "model": _missing("model", "take another --model, or leave it out"),
    "sampler": _missing("sampler", "take another --sampler, or leave it out"),
    "lora": _missing("LoRA", "take its tag out of the prompt"),
    "no_loras": lambda _: "The engine can't use a LoRA for this type; take the tags out of the prompt.",
    "no_prompt": lambda _: "Nothing is left of the prompt without its tags; say what to draw.",
    "prompt": lambda _: "The engine's rules don't allow that prompt; change its words.",
    "no_mask": lambda _: (
        "Nothing says what to make anew: send a picture that is see-through there, or a mask that is white."
    ),
    "input_image": lambda _: "The engine can't use that picture; send another.",
    "workflow": _workflow,
    "value": _value,
    "out_of_memory": lambda _: (
        "That is too large for the engine's memory; make it smaller, or fewer at once."
    ),
    "censored": lambda _: "The engine's filter has covered the picture; change the prompt.",
    "price_changed": lambda _: "What that costs has changed meanwhile; ask once more.",
    "price": lambda _: "That would cost more than Easel may spend on one picture; make it smaller, or fewer.",
    "lost": lambda _: (
        "The connection broke while it was made, and trying again might be paid for twice; ask once more."
    ),
    "trust": lambda _: (
        "The engine makes that for accounts that it trusts alone; make it smaller, or simpler."
    ),
    "steps": lambda _: "The engine makes no more than 50 steps without an account; take fewer --steps.",
    "too_slow": lambda _: "It took longer than Easel waits for it; make it smaller, or try again later.",
    "no_worker": lambda _: "Nobody offers to make that now; take another model, or try again later.",
}
"""By the reason of an `EngineRejectedError`."""

OUT_OF_USE: dict[str, str] = {
    "unreachable": "can't be reached",
    "address": "has an address that can't be used",
    "refused": "refuses the key or the password",
    "away": "says that it is away",
    "broken_off": "broke off",
    "quota": "has no credit left",
    "extra": "needs a package that is not installed",
    "no_model_file": "has a model file that can't be read",
    "bad_model_file": "has a model file that its library can't load",
    "start": "can't be started",
    "restarted": "starts again and again",
    "not_comfyui": "answers, but not as ComfyUI does",
    "too_old": "is of a version too old to be used",
    "no_api": "answers, but not to its API: start it with --api",
    "not_openai": "answers, but not as an OpenAI server does",
    "no_models": "has no models",
    "default_model": "has no model of the name that the settings give it",
    "options": "doesn't take an option that the settings give it",
    "notes": "can't be paid: Easel's own storage doesn't take notes",
    "gone": "has gone in mid-job",
    "forgetful": "forgets its jobs",
}
"""By the reason of an `EngineUnavailableError`."""


def say_out_of_use(reason: str) -> str:
    """Return why a server is out of use, in a few words for an operator; `reason` is the breaker's."""
    code, _, detail = reason.partition(": ")
    if code == "engine_timeout":
        return "doesn't answer in time"
    if code == "engine_fault":
        return f"broke on several jobs ({detail})" if detail else "broke on several jobs"
    return OUT_OF_USE.get(detail, f"can't be used ({detail or code})")


def say_server(state: ServerState) -> str:
    """Return how a server is doing, for an operator."""
    parts = [f"{state.running} of {state.slots} at work"]
    if state.speed is not None:
        parts.append(_say_speed(state.speed))
    match state.circuit:
        case Circuit.CLOSED:
            pass
        case Circuit.HALF_OPEN:
            parts.insert(0, f"on trial (it {_past(say_out_of_use(state.reason))})")
        case Circuit.OPEN:
            parts.insert(0, f"out of use: it {say_out_of_use(state.reason)}")
    return ", ".join(parts)


PAST = {
    "answers": "answered",
    "broke": "broke",
    "can't": "couldn't",
    "doesn't": "didn't",
    "forgets": "forgot",
    "has": "had",
    "is": "was",
    "needs": "needed",
    "refuses": "refused",
    "says": "said",
    "starts": "started",
}
"""Of the verbs with which a server's trouble begins."""


def _past(trouble: str) -> str:
    return re.sub(r"^[\w']+", lambda verb: PAST.get(verb[0], verb[0]), trouble)


def _say_speed(speed: float) -> str:
    """Return how long a picture takes that nobody asks anything special of; `speed` as in `ServerState`."""
    usual = GenerationSettings()
    seconds = usual.work / 2**20 / speed
    if seconds < _TENTHS_MOST:
        took = f"{max(0.1, seconds):.1f} s"
    else:
        took = f"{seconds:.0f} s" if seconds < _SECONDS_MOST else f"{seconds / 60:.0f} min"
    return f"about {took} for a usual picture ({usual.width} × {usual.height}, {usual.steps} steps)"


_TENTHS_MOST, _SECONDS_MOST = 9.95, 120
"""Seconds from which on tenths, or single ones, say nothing."""


def say_found(capabilities: Capabilities) -> str:
    """Return what a server that is well has to offer, for an operator."""
    counts = {
        "model": len(capabilities.models),
        "sampler": len(capabilities.samplers),
        "LoRA": len(capabilities.loras),
    }
    known = [f"{number} {name}{'' if number == 1 else 's'}" for name, number in counts.items() if number]
    return ", ".join([*known, f"{capabilities.slots} at a time"])
