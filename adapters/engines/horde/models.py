"""Which models the Horde's workers have ready."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from adapters.engines.horde.api import HordeApi
from core.errors import EngineRejectedError

_FRESH = 300.0
"""Seconds for which a list is good enough to show."""

_RETRY = 30.0
"""Seconds after which an unknown name is looked for again: workers come and go."""

_NAME_MOST = 100


class ServedModels:
    """The list, cached; of the models that the operator allows alone, where they named some."""

    def __init__(
        self, api: HordeApi, allowed: Sequence[str] = (), clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._api = api
        self._allowed = tuple(allowed)
        self._clock = clock
        self._names: tuple[str, ...] = ()
        self._asked: float | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """Those with most workers first; empty before the first `refresh`."""
        return self._names

    async def refresh(self, older_than: float = _FRESH) -> None:
        """Ask, unless the list is younger than so many seconds. Raises `EngineError`s."""
        now = self._clock()
        if self._asked is not None and now - self._asked < older_than:
            return
        served = await self._api.models()
        self._asked = now
        allowed = {name.casefold() for name in self._allowed}
        self._names = tuple(
            one.name
            for one in sorted(served, key=lambda one: (-one.count, one.name))
            if one.count > 0 and _is_plain(one.name) and (not allowed or one.name.casefold() in allowed)
        )

    async def picked(self, name: str | None) -> tuple[str, ...]:
        """Return the models that a request may be made with; none for any.

        Raises `EngineRejectedError` for a name that no worker serves, or that is not allowed.
        """
        if name is None:
            return self._allowed
        for age in (_FRESH, _RETRY):
            await self.refresh(age)
            found = next((one for one in self._names if one.casefold() == name.casefold()), None)
            if found is not None:
                return (found,)
        raise EngineRejectedError(reason="model", name=name)


def _is_plain(name: str) -> bool:
    """Say whether a member may be shown and can choose it."""
    return 0 < len(name) <= _NAME_MOST and name.isprintable() and name == name.strip()
