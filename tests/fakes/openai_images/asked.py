"""What a server was asked, as it came over the wire."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web


@dataclass(frozen=True)
class Asked:
    """A call for pictures. `fields` are as they were sent: of a form all are text."""

    path: str
    headers: Mapping[str, str]
    fields: Mapping[str, Any]
    files: tuple[tuple[str, bytes], ...] = field(default=(), repr=False)
    peer: object = None
    """The other end of the connection that it came by."""

    @property
    def is_edit(self) -> bool:
        return self.path.endswith("/edits")

    def file(self, name: str) -> bytes | None:
        return next((content for part, content in self.files if part == name), None)

    def number(self, name: str, default: int) -> int:
        """Return a field as a number, as servers that don't mind its kind read it."""
        try:
            return int(self.fields.get(name, default))
        except ValueError:
            return default


async def read_asked(request: web.Request) -> Asked:
    fields: dict[str, Any] = {}
    files: list[tuple[str, bytes]] = []
    if request.content_type.startswith("multipart/"):
        async for part in await request.multipart():
            if part.filename:  # type: ignore[union-attr]
                files.append((str(part.name), bytes(await part.read())))  # type: ignore[union-attr]
            else:
                fields[str(part.name)] = await part.text()  # type: ignore[union-attr]
    else:
        fields = await request.json()
    peer = request.transport.get_extra_info("peername") if request.transport else None
    return Asked(request.path, dict(request.headers), fields, tuple(files), peer)
