"""Ids that can be foretold."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain, count

from core.ids import LeaseId, TaskId


class CountingIds:
    """Tasks t1, t2 …, leases lease1, lease2 …, incidents incident1, incident2 …"""

    def __init__(self, first: Iterable[str] = ()) -> None:
        """`first` are the task ids to give before the counted ones."""
        self._tasks = chain(first, (f"t{number}" for number in count(1)))
        self._leases = count(1)
        self._incidents = count(1)

    def task(self) -> TaskId:
        return TaskId(next(self._tasks))

    def lease(self) -> LeaseId:
        return LeaseId(f"lease{next(self._leases)}")

    def incident(self) -> str:
        return f"incident{next(self._incidents)}"


class RepeatingIds(CountingIds):
    """Gives the same few task ids again and again."""

    def __init__(self, ids: Iterable[str]) -> None:
        super().__init__()
        self._all = list(ids)
        self._given = 0

    def task(self) -> TaskId:
        self._given += 1
        return TaskId(self._all[(self._given - 1) % len(self._all)])
