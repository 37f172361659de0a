"""What this adapter writes into a `MessageRef`.

``?12`` is no message yet: one is to be sent as an answer to message 12. ``15`` is a message of ours, and
``15+16,17`` one with further pictures that belong to it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

from core.delivery.models import MessageRef

PLATFORM = "telegram"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a message is, or is to be."""

    chat: int
    thread: int | None = None
    """The topic that it lies in."""
    answers: int | None = None
    """The message that it answers, where that is known."""
    message: int | None = None
    further: tuple[int, ...] = ()
    """Messages with the pictures after the first."""

    @classmethod
    def of(cls, ref: MessageRef) -> Self:
        """Read a reference that this adapter made."""
        thread = int(ref.thread) if ref.thread else None
        text = ref.message or ""
        if text.startswith("?"):
            return cls(int(ref.chat), thread, answers=int(text[1:]))
        first, _, rest = text.partition("+")
        further = tuple(int(one) for one in rest.split(",") if one)
        return cls(int(ref.chat), thread, message=int(first) if first else None, further=further)

    @property
    def ref(self) -> MessageRef:
        """The place as core keeps it."""
        message: str | None = None
        if self.message is not None:
            message = str(self.message)
            if self.further:
                message += "+" + ",".join(map(str, self.further))
        elif self.answers is not None:
            message = f"?{self.answers}"
        thread = None if self.thread is None else str(self.thread)
        return MessageRef(PLATFORM, str(self.chat), message=message, thread=thread)

    @property
    def is_private(self) -> bool:
        """Telegram's private chats have the ids of their people, which are above 0."""
        return self.chat > 0

    @property
    def messages(self) -> list[int]:
        """All messages there."""
        return [*([self.message] if self.message is not None else []), *self.further]

    def sent(self, message: int) -> Place:
        """Return the place once the message was sent."""
        return replace(self, message=message, further=())
