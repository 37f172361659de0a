"""Where a task is shown on Discord, as it is written into a `MessageRef`.

`message` is one of three: ``i:APPLICATION:INTERACTION:TOKEN`` for an interaction that nothing is known to
have answered, ``w:APPLICATION:TOKEN:MESSAGE`` for a message that only the interaction's token may change,
and a bare id for one that the bot changes as itself. Tokens are secrets for 15 minutes: refs are not logged.
"""

from __future__ import annotations

from dataclasses import dataclass

import discord

from core.delivery.models import MessageRef

PLATFORM = "discord"

TOKEN_SECONDS = 15 * 60 - 10
"""How long an interaction's token is taken, with a margin for the way there."""


@dataclass(frozen=True, slots=True)
class Asked:
    """An interaction that is to be answered with the message."""

    application: int
    interaction: int
    token: str

    def __str__(self) -> str:
        return f"i:{self.application}:{self.interaction}:{self.token}"

    @property
    def alive(self) -> bool:
        return is_young(self.interaction)


@dataclass(frozen=True, slots=True)
class Lent:
    """A message that is changed by an interaction's token."""

    application: int
    token: str
    message: int

    def __str__(self) -> str:
        return f"w:{self.application}:{self.token}:{self.message}"

    @property
    def alive(self) -> bool:
        return is_young(self.message)


@dataclass(frozen=True, slots=True)
class Sent:
    """A message that the bot changes as itself."""

    message: int

    def __str__(self) -> str:
        return str(self.message)


Address = Asked | Lent | Sent | None


def address_of(ref: MessageRef) -> Address:
    """Return what the ref stands for; None where there is no message yet."""
    if ref.message is None:
        return None
    kind, _, rest = ref.message.partition(":")
    match kind, rest.split(":"):
        case "i", [application, interaction, token]:
            return Asked(int(application), int(interaction), token)
        case "w", [application, token, message]:
            return Lent(int(application), token, int(message))
        case _:
            return Sent(int(ref.message))


def ref_to(chat: str, address: Asked | Lent | Sent) -> MessageRef:
    return MessageRef(PLATFORM, chat, str(address))


def is_young(snowflake: int) -> bool:
    """Say whether what has that id was made so lately that its interaction's token is still taken."""
    age = discord.utils.utcnow() - discord.utils.snowflake_time(snowflake)
    return age.total_seconds() < TOKEN_SECONDS
