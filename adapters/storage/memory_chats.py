"""Removals, what was received, and notes, in memory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

from adapters.storage.memory_state import MemoryState, in_utc, in_utc_or_none
from core.delivery.models import MessageRef, Removal
from core.intake.models import Received
from core.intake.repository import PER_CHAT


class MemoryRemovals:
    """`RemovalRepository` on a state."""

    def __init__(self, state: MemoryState) -> None:
        self._state = state

    def add(self, ref: MessageRef) -> None:
        self._state.check_writable()
        self._state.removals.setdefault(ref, Removal(ref))

    def due(self, platform: str, now: datetime, limit: int) -> Sequence[Removal]:
        moment = in_utc(now)
        due = [one for one in self._of(platform) if one.not_before is None or one.not_before <= moment]
        return due[:limit]

    def next_due(self, platform: str) -> datetime | None:
        times = (one.not_before for one in self._of(platform))
        return min((when for when in times if when is not None), default=None)

    def update(self, removal: Removal) -> None:
        self._state.check_writable()
        if removal.ref in self._state.removals:
            kept = replace(removal, not_before=in_utc_or_none(removal.not_before))
            self._state.removals[removal.ref] = kept

    def finish(self, ref: MessageRef) -> None:
        self._state.check_writable()
        self._state.removals.pop(ref, None)

    def _of(self, platform: str) -> list[Removal]:
        return [one for one in self._state.removals.values() if one.ref.platform == platform]


class MemoryReceived:
    """`IntakeRepository` on a state."""

    def __init__(self, state: MemoryState) -> None:
        self._state = state

    def add(self, received: Received) -> bool:
        self._state.check_writable()
        key = (received.platform, received.key)
        if key in self._state.received:
            return False
        self._state.received[key] = (replace(received, received_at=in_utc(received.received_at)), None)
        return True

    def waiting(self, platform: str, limit: int) -> Sequence[Received]:
        found: list[Received] = []
        taken: Counter[str] = Counter()
        for received, handled_at in self._state.received.values():
            if received.platform == platform and handled_at is None and taken[received.chat] < PER_CHAT:
                taken[received.chat] += 1
                found.append(received)
        return found[:limit]

    def finish(self, platform: str, keys: Collection[str], when: datetime) -> None:
        self._state.check_writable()
        for key in keys:
            received, handled_at = self._state.received.get((platform, key), (None, None))
            if received is not None and handled_at is None:
                self._state.received[platform, key] = (replace(received, payload=""), in_utc(when))

    def forget_before(self, when: datetime) -> int:
        self._state.check_writable()
        moment = in_utc(when)
        old = [
            key for key, (_, handled_at) in self._state.received.items() if handled_at and handled_at < moment
        ]
        for key in old:
            del self._state.received[key]
        return len(old)


class MemoryNotes:
    """`NoteRepository` on a state."""

    def __init__(self, state: MemoryState) -> None:
        self._state = state

    def get(self, platform: str, name: str) -> str | None:
        text, _ = self._state.notes.get((platform, name), (None, None))
        return text

    def put(self, platform: str, name: str, text: str, when: datetime) -> None:
        self._state.check_writable()
        self._state.notes[platform, name] = (text, in_utc(when))

    def delete(self, platform: str, name: str) -> None:
        self._state.check_writable()
        self._state.notes.pop((platform, name), None)

    def forget_before(self, platform: str, prefix: str, when: datetime) -> int:
        self._state.check_writable()
        moment = in_utc(when)
        old = [
            (of, name)
            for (of, name), (_, put_at) in self._state.notes.items()
            if of == platform and name.startswith(prefix) and put_at < moment
        ]
        for key in old:
            del self._state.notes[key]
        return len(old)
