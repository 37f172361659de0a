"""The Bot API client: python-telegram-bot's `Bot`, and nothing else of that library.

Its `Application` and `Updater` confirm updates before they are handled, and end polling for good at one 401.
"""

from __future__ import annotations

import asyncio
import warnings
from http import HTTPStatus
from pathlib import Path
from typing import Any

from pydantic import SecretStr
from telegram import Bot, User
from telegram.warnings import PTBDeprecationWarning

from adapters.telegram.errors import TooBigToFetchError, border
from adapters.telegram.timing import Timing
from adapters.telegram.transport import Transport
from core.errors import ChatUnavailableError

ALLOWED_UPDATES = ("message", "edited_message", "callback_query", "inline_query", "my_chat_member")

UPLOAD_SECONDS = 60.0
"""How long Telegram may take to receive pictures."""

CONNECTIONS = 32
"""At one time."""


class Client:
    """The bot at one Bot API server. May be closed and used again."""

    def __init__(self, token: SecretStr, base_url: str, timing: Timing) -> None:
        # The library warns of its own use of an attribute whose type will change; nothing here reads it.
        warnings.filterwarnings("ignore", ".*attribute `retry_after`", PTBDeprecationWarning)
        self._timing = timing
        connect = min(10.0, timing.read)
        self._calls = Transport(
            connections=CONNECTIONS, connect=connect, read=timing.read, upload=UPLOAD_SECONDS
        )
        self._polls = Transport(connections=1, connect=connect, read=min(5.0, timing.read))
        self.bot = Bot(
            token.get_secret_value(),
            base_url=f"{base_url}/bot",
            base_file_url=f"{base_url}/file/bot",
            request=self._calls,
            get_updates_request=self._polls,
        )
        self.me: User | None = None
        """The bot's own account, once it was asked for."""
        self.bot_id = token.get_secret_value().partition(":")[0]

    async def open(self) -> None:
        """Make it usable again after `close`."""
        await self._calls.initialize()
        await self._polls.initialize()

    async def close(self) -> None:
        """Close the connections."""
        await self._calls.shutdown()
        await self._polls.shutdown()

    async def identify(self) -> User:
        """Ask who the bot is. `Bot.initialize` would too, with the token in its error's text."""
        with border():
            self.me = await self.bot.get_me()
        return self.me

    async def poll(self, offset: int | None) -> list[dict[str, Any]]:
        """Wait for updates and return them as they came; `offset` confirms all that lies before it."""
        arguments: dict[str, Any] = {"timeout": self._timing.poll, "allowed_updates": list(ALLOWED_UPDATES)}
        if offset is not None:
            arguments["offset"] = offset
        with border():
            # By its camel-case name the library would parse the updates, all or none: one that it can't read
            # would come again and again. This spelling is sent as getUpdates too.
            found = await self.bot.do_api_request(
                "get_Updates", api_kwargs=arguments, read_timeout=self._timing.poll + self._timing.read
            )
        return list(found)

    async def download(self, file_id: str, most: int) -> bytes:
        """Return a file's bytes. Raises `TooBigToFetchError` where it has more than `most`."""
        with border():
            file = await self.bot.get_file(file_id)
        if file.file_size is not None and file.file_size > most:
            raise TooBigToFetchError
        path = file.file_path or ""
        if path.startswith(("http://", "https://")):
            return await self._fetch(path, most)
        return await asyncio.to_thread(_local, path, most)  # a self-hosted server in local mode

    async def _fetch(self, address: str, most: int) -> bytes:
        with border():
            status, found = await self._calls.fetch(address, most)
        if status != HTTPStatus.OK:
            raise ChatUnavailableError(status=status)
        if len(found) > most:
            raise TooBigToFetchError
        return found


def _local(path: str, most: int) -> bytes:
    try:
        with Path(path).open("rb") as file:
            found = file.read(most + 1)
    except OSError as error:
        raise ChatUnavailableError(reason=type(error).__name__) from None
    if len(found) > most:
        raise TooBigToFetchError
    return found
