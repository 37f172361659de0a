"""What is said of engines: why one refused a picture, and why one is out of use."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from core.generation.engine import Capabilities
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
    "price": lambda _: "That would cost more than Easel may spend on one picture; make it smaller, or fewer.",
    "lost": lambda _: (
        "The connection broke while it was made, and trying again might be paid for twice; ask once more."
    ),
    "trust": lambda _: (
        "The engine makes that for accounts that it trusts alone; make it smaller, or simpler."
    ),
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
    "no_api": "answers, but not to its API: start it with --api",
    "no_models": "has no models",
    "forgetful": "forgets its jobs",
}
"""By the reason of an `EngineUnavailableError`."""


def say_out_of_use(reason: str) -> str:
    """Return why a server is out of use, in a few words for an operator; `reason` is the breaker's."""
    code, _, detail = reason.partition(": ")
    if code == "engine_timeout":
        return "has fallen silent"
    if code == "engine_fault":
        return f"broke on several jobs ({detail})" if detail else "broke on several jobs"
    return OUT_OF_USE.get(detail, f"can't be used ({detail or code})")


def say_server(state: ServerState) -> str:
    """Return how a server is doing, for an operator."""
    parts = [f"{state.running} of {state.slots} at work"]
    if state.speed is not None:
        parts.append(f"{state.speed:.1f} megapixel steps a second")
    match state.circuit:
        case Circuit.CLOSED:
            pass
        case Circuit.HALF_OPEN:
            parts.insert(0, f"on trial, as it {say_out_of_use(state.reason)}")
        case Circuit.OPEN:
            parts.insert(0, f"out of use: it {say_out_of_use(state.reason)}")
    return ", ".join(parts)


def say_found(capabilities: Capabilities) -> str:
    """Return what a server that is well has to offer, for an operator."""
    counts = {
        "model": len(capabilities.models),
        "sampler": len(capabilities.samplers),
        "LoRA": len(capabilities.loras),
    }
    known = [f"{number} {name}{'' if number == 1 else 's'}" for name, number in counts.items() if number]
    return ", ".join([*known, f"{capabilities.slots} at a time"])
