"""The queue of updates, and long polling."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from tests.fakes.bot_api.errors import ApiError, conflict

NOT_BY_DEFAULT = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
LIFETIMES = {"callback_query": 150.0, "inline_query": 30.0, "chosen_inline_result": 600.0}
DAY = 24 * 3600.0
MAX_WAIT = 50
FIRST_ID = 700_001


@dataclass(frozen=True)
class Update:
    """One update on its way to the bot."""

    id: int
    kind: str
    payload: dict[str, Any]
    key: int
    """The chat or the person: updates of one key keep their order."""
    expires: float

    def as_json(self) -> dict[str, Any]:
        return {"update_id": self.id, self.kind: self.payload}


class Updates:
    """What the bot has not confirmed yet."""

    def __init__(self, clock: Callable[[], float], changed: Callable[[], None]) -> None:
        self._clock = clock
        self._changed = changed
        self.pending: list[Update] = []
        self.log: list[Update] = []
        """Every update that was ever made."""
        self.allowed: frozenset[str] | None = None
        self.arrived: list[Callable[[], None]] = []
        """Whom to tell of a new update."""
        self.webhook_active = False
        self._next_id = FIRST_ID
        self._poll: asyncio.Future[None] | None = None

    @property
    def polling(self) -> bool:
        """Whether a long poll hangs right now."""
        return self._poll is not None

    def add(self, kind: str, payload: dict[str, Any], key: int) -> Update | None:
        """Queue an update, if the bot wants that kind at all."""
        wanted = kind not in NOT_BY_DEFAULT if self.allowed is None else kind in self.allowed
        if not wanted:
            return None
        expires = self._clock() + LIFETIMES.get(kind, DAY)
        update = Update(self._next_id, kind, payload, key, expires)
        self._next_id += 1
        self.pending.append(update)
        self.log.append(update)
        if self._poll is not None and not self._poll.done():
            self._poll.set_result(None)
        for tell in self.arrived:
            tell()
        self._changed()
        return update

    def allow(self, kinds: Collection[str] | None) -> None:
        """Set which kinds are made from now on; None leaves it, an empty list is the default."""
        if kinds is not None:
            self.allowed = frozenset(kinds) or None

    def drop(self, update: Update) -> None:
        self.pending = [one for one in self.pending if one.id != update.id]
        self._changed()

    def clear(self) -> None:
        self.pending = []
        self._changed()

    def fresh(self) -> list[Update]:
        now = self._clock()
        self.pending = [one for one in self.pending if one.expires > now]
        return self.pending

    def confirm(self, offset: int) -> None:
        """Forget what lies before the offset; a negative one keeps that many of the newest."""
        if offset < 0:
            self.pending = self.pending[offset:]
        else:
            self.pending = [one for one in self.pending if one.id >= offset]
        self._changed()

    async def poll(self, offset: int, limit: int, timeout: float) -> list[Update]:  # noqa: ASYNC109 - its name
        if self.webhook_active:
            raise conflict(
                "can't use getUpdates method while webhook is active; "
                "use deleteWebhook to delete the webhook first"
            )
        self.end_poll(
            conflict(
                "terminated by other getUpdates request; make sure that only one bot instance is running"
            )
        )
        self.confirm(offset)
        if not self.fresh() and timeout > 0:
            poll = self._poll = asyncio.get_running_loop().create_future()
            self._changed()
            try:
                async with asyncio.timeout(min(timeout, MAX_WAIT)):
                    await poll
            except TimeoutError:
                pass
            finally:
                if self._poll is poll:
                    self._poll = None
        return self.fresh()[:limit]

    def end_poll(self, error: ApiError) -> None:
        if self._poll is not None and not self._poll.done():
            self._poll.set_exception(error)
        self._poll = None
