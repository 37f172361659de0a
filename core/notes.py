"""Notes: small texts that an adapter keeps for itself over restarts."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol


class NoteRepository(Protocol):
    """Texts by platform and name, e.g. the platform's own id of a picture that was uploaded once.

    They save work and decide nothing: each may be forgotten at any time.
    """

    def get(self, platform: str, name: str) -> str | None: ...

    def put(self, platform: str, name: str, text: str, when: datetime) -> None:
        """Keep the text in place of what was there."""
        ...

    def delete(self, platform: str, name: str) -> None: ...

    def forget_before(self, platform: str, prefix: str, when: datetime) -> int:
        """Forget names that begin so and were put before then; return how many that were."""
        ...
