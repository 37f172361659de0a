"""The platform port: a chat service that Easel serves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from core.delivery.gateway import ChatGateway


class Platform(Protocol):
    """Takes commands from one chat service, and shows tasks there through its gateway."""

    @property
    def name(self) -> str: ...

    @property
    def gateway(self) -> ChatGateway: ...

    async def run(self) -> None:
        """Serve until cancelled, over every failure that may pass.

        Raises `PlatformRefusedError` where only an operator can help.
        """
        ...

    async def inspect(self) -> Sequence[str]:
        """Ask the platform who this bot is and what it may; return a line for each finding.

        Serves nothing. Raises `PlatformRefusedError`, `ChatUnavailableError`.
        """
        ...
