"""From a typed line to a `CommandCall`."""

from __future__ import annotations

import asyncio
import re
import stat
import uuid
from pathlib import Path
from typing import Any

from core.access import Caller
from core.commands.registry import Registry
from core.commands.spec import AccountInput, CommandCall, ImageInput, marker
from core.commands.text import parse_command
from core.delivery.models import MessageRef
from core.errors import InvalidRequestError
from core.generation.images import ImageStore
from core.generation.models import Origin
from core.ids import AccountId

PLATFORM = "console"

_ACCOUNT = re.compile(r"[a-z]+:\S+")

_IMAGE_BYTES_MOST = 101 * 2**20
"""More than any image store takes: it is the store that knows its limit and says it."""


class ConsoleCommands:
    """Reads lines as the commands of one account, which is an admin's."""

    def __init__(
        self, registry: Registry, images: ImageStore, account: AccountId, *, session: str | None = None
    ) -> None:
        """`session` tells this process's lines from those of every other; random unless given."""
        self._registry = registry
        self._images = images
        self._account = account
        self._session = session or uuid.uuid4().hex[:12]
        self._lines = 0

    async def read(self, line: str) -> CommandCall:
        """Return what the line asks for, its pictures stored.

        Raises `UnknownCommandError`, `InvalidRequestError`, and what the image store raises.
        """
        self._lines += 1
        parsed = parse_command(line, self._registry)
        arguments: dict[str, Any] = {}
        for name, text in parsed.arguments.items():
            field = parsed.command.arguments.model_fields[name]
            if marker(field, ImageInput):
                arguments[name] = await self._images.accept(await asyncio.to_thread(_file, name, text))
            elif marker(field, AccountInput):
                arguments[name] = self._named(name, text)
            else:
                arguments[name] = text
        message = f"{self._session}:{self._lines}"
        return CommandCall(
            parsed.command.name,
            Caller(self._account, is_admin=True),
            arguments,
            origin=Origin(platform=PLATFORM, chat=self._account, message=message),
            anchor=MessageRef(PLATFORM, self._account, message=message),
        )

    def _named(self, field: str, text: str) -> AccountId:
        if text.lower() == "me":
            return self._account
        if not _ACCOUNT.fullmatch(text):
            raise InvalidRequestError.of(field, "bad_account", given=text[:40])
        return AccountId(text)


def _file(field: str, text: str) -> bytes:
    """Return what is in the file. Raises `InvalidRequestError` with the path as it was typed."""
    shown = text[:200]
    if not text:
        raise InvalidRequestError.of(field, "missing", example="~/fox.png")
    try:
        path = Path(_unquoted(text)).expanduser()
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            raise InvalidRequestError.of(field, "is_a_directory", path=shown)
        if not stat.S_ISREG(mode):  # a pipe or a device might never end
            raise InvalidRequestError.of(field, "not_a_file", path=shown)
        with path.open("rb") as file:
            return file.read(_IMAGE_BYTES_MOST)
    except (FileNotFoundError, NotADirectoryError, RuntimeError, ValueError):
        # RuntimeError: the ~name of nobody; ValueError: a character that no path has
        raise InvalidRequestError.of(field, "no_such_file", path=shown) from None
    except OSError:
        raise InvalidRequestError.of(field, "unreadable", path=shown) from None


def _unquoted(text: str) -> str:
    """People quote paths with spaces, though here nobody needs to."""
    quoted = len(text) > 1 and text[0] == text[-1] and text[0] in "\"'"
    return text[1:-1] if quoted else text
