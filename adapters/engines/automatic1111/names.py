"""What a server has, by the names that people type: it replaces silently what it does not know."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from core.errors import EngineFaultError, EngineRejectedError, EngineUnavailableError
from core.generation.loras import Lora
from core.generation.names import resolved


@dataclass(frozen=True, slots=True)
class Named:
    """One thing that a server has: the name that people see, the one that it is sent, and any others."""

    name: str
    sent: str
    others: frozenset[str] = frozenset()
    """In lower case."""

    def is_called(self, text: str) -> bool:
        lower = text.strip().casefold()
        return lower in {self.name.casefold(), self.sent.casefold()} or lower in self.others


@dataclass(frozen=True, slots=True)
class SamplerChoice:
    """A sampler by the server's name for it, and the scheduler that was named with it."""

    name: str
    scheduler: str | None = None


@dataclass(frozen=True, slots=True)
class Names:
    """All that a server has. An empty list is one that it does not tell: any name is let through."""

    samplers: tuple[Named, ...] = ()
    schedulers: tuple[Named, ...] = ()
    models: tuple[Named, ...] = ()
    upscalers: tuple[Named, ...] = ()
    loras: tuple[Named, ...] = ()

    def sampler(self, text: str) -> SamplerChoice:
        """Understand "Euler a" and, with its scheduler, "DPM++ 2M Karras". Raises `EngineRejectedError`."""
        if not self.samplers:
            return SamplerChoice(text)
        if whole := _found(self.samplers, text):
            return SamplerChoice(whole.sent)
        words = text.split(" ")
        for cut in range(len(words) - 1, 0, -1):
            sampler = _found(self.samplers, " ".join(words[:cut]))
            scheduler = _found(self.schedulers, " ".join(words[cut:]))
            if sampler and scheduler:
                return SamplerChoice(sampler.sent, scheduler.sent)
        raise EngineRejectedError(reason="sampler", name=text)

    def is_sampler(self, asked: str, told: str) -> bool:
        """Say whether the sampler that a result names is the one that was asked for."""
        found = _found(self.samplers, told)
        if asked.casefold() == told.casefold() or (found is not None and found.sent == asked):
            return True
        rest = asked[len(told) + 1 :] if asked.casefold().startswith(f"{told.casefold()} ") else ""
        return bool(rest) and _found(self.schedulers, rest) is not None

    def scheduler(self, text: str) -> str:
        """Raises `EngineRejectedError`."""
        found = _known(self.schedulers, text)
        if found is None:
            raise EngineRejectedError(reason="value", name="scheduler", detail=text)
        return found.sent

    def model(self, text: str) -> Named:
        """Raises `EngineRejectedError`."""
        found = _known(self.models, text)
        if found is None:
            raise EngineRejectedError(reason="model", name=text)
        return found

    def default_model(self, text: str) -> Named:
        """Return the operator's. Raises `EngineUnavailableError`: no member asked for it."""
        if not self.models:
            return Named(text, text)
        found = self.model_called(text) or self.model_called(
            resolved(text, [model.name for model in self.models])
        )
        if found is None:
            raise EngineUnavailableError(reason="default_model", name=text)
        return found

    def lora(self, lora: Lora) -> Lora:
        """Return it by the very name that the server knows. Raises `EngineRejectedError`."""
        return Lora(self._lora(lora.name).name, lora.weight)

    def lora_path(self, lora: Lora) -> str:
        """Return where the server says that it is. Raises `EngineRejectedError`."""
        return self._lora(lora.name).sent

    def upscaler(self, text: str) -> str:
        """Raises `EngineFaultError`: the operator named it, and another server may have it."""
        found = _known(self.upscalers, text)
        if found is None:
            raise EngineFaultError(reason="no_upscaler", name=text)
        return found.sent

    def model_called(self, text: str | None) -> Named | None:
        """Return the model that a server means; None for one that is not in its list."""
        return _found(self.models, text) if text else None

    def _lora(self, name: str) -> Named:
        found = _known(self.loras, name)
        if found is None:
            raise EngineRejectedError(reason="lora", name=name)
        return found


def _known(things: tuple[Named, ...], text: str) -> Named | None:
    """Return what is called so; the name itself where the server tells no list."""
    return _found(things, text) if things else Named(text, text)


def _found(things: Iterable[Named], text: str) -> Named | None:
    """Return what has that very name, or else the first that is called so."""
    among = tuple(things)
    exact = (thing for thing in among if text in (thing.name, thing.sent))
    return next(exact, None) or next((thing for thing in among if thing.is_called(text)), None)
