"""The gateway port: what core needs of a chat platform."""

from __future__ import annotations

from typing import Protocol

from core.delivery.models import MessageRef
from core.presentation.views import StatusView


class ChatGateway(Protocol):
    """Shows tasks in one platform's chats."""

    @property
    def platform(self) -> str: ...

    def pause(self, ref: MessageRef, *, is_news: bool) -> float:
        """Return for how many seconds the platform should be left alone before the message is shown.

        0 is now. `is_news` is a change on the way, which may come later or be left out for a newer one; the
        first message and a task's end are none.
        """
        ...

    async def show(self, ref: MessageRef, view: StatusView) -> MessageRef:
        """Make the message equal to `view`, and return where it is now. Doing it twice shows it once.

        A `ref` that the platform has no message for yet, in its own spelling, has one sent. Raises
        `RateLimitedError` and `ChatUnavailableError` (shown later), `ChatGoneError` (never again),
        `PayloadTooLargeError`.
        """
        ...

    async def remove(self, ref: MessageRef) -> None:
        """Take the message and its pictures away; one that is not there is well.

        Raises `RateLimitedError` and `ChatUnavailableError` (removed later), `ChatGoneError`.
        """
        ...
