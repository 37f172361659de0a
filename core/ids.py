"""Identifiers: opaque strings that only their maker may look inside."""

from __future__ import annotations

import random
from typing import NewType, Protocol

TaskId = NewType("TaskId", str)
"""Names a task; short enough to type, e.g. ``k7f3qz``."""

AccountId = NewType("AccountId", str)
"""Names who asks and pays, e.g. ``console:operator``. The adapter of the platform makes it."""

ImageId = NewType("ImageId", str)
"""Names a stored picture. The image store makes it."""

LeaseId = NewType("LeaseId", str)
"""Names one worker's hold on one task; a fresh one for every start."""

WorkerId = NewType("WorkerId", str)
"""Names a worker, for people who read logs and statistics."""

TASK_ID_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
"""Crockford's base 32: no i, l, o or u, so that an id can be read aloud and typed."""

TASK_ID_LENGTH = 6


class IdSource(Protocol):
    """Makes ids; tests pass one that repeats itself."""

    def task(self) -> TaskId: ...

    def lease(self) -> LeaseId: ...

    def incident(self) -> str: ...


class RandomIds:
    """Ids by chance, seeded by the system. They name things and guard nothing: access is checked.

    A task id has 32**6, about a thousand million, values. A clash is refused by the repository and
    the service draws again.
    """

    def __init__(self) -> None:
        self._random = random.Random()  # noqa: S311 - not a secret

    def task(self) -> TaskId:
        return TaskId(self._draw(TASK_ID_LENGTH))

    def lease(self) -> LeaseId:
        return LeaseId(f"{self._random.getrandbits(128):032x}")

    def incident(self) -> str:
        """Return the short id that joins a member's error message to the operator's log."""
        return self._draw(5)

    def _draw(self, length: int) -> str:
        number = self._random.getrandbits(5 * length)
        return "".join(TASK_ID_ALPHABET[number >> shift & 31] for shift in range(0, 5 * length, 5))
