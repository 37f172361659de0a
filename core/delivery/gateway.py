"""The gateway port: what core needs of a chat platform."""

from __future__ import annotations

from typing import Protocol

from core.delivery.models import MessageRef
from core.presentation.views import StatusView


class ChatGateway(Protocol):
    """Shows tasks in one platform's chats."""

    @property
    def platform(self) -> str: ...

    @property
    def edit_interval(self) -> float:
        """Seconds between two edits of one message while its task is on the way; its end never waits."""
        ...

    async def show(self, ref: MessageRef, view: StatusView) -> MessageRef:
        """Make the message equal to `view`, and return where it is now. Doing it twice shows it once.

        Raises `RateLimitedError` and `ChatUnavailableError` (shown later), `ChatGoneError` (never
        again), `PayloadTooLargeError`.
        """
        ...
