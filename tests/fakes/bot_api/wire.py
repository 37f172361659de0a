"""Requests as they come in: three ways to write parameters, one way to read them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from aiohttp import BodyPartReader, web

from tests.fakes.bot_api.errors import bad_request

INTEGERS = frozenset(
    {
        "chat_id",
        "from_chat_id",
        "message_id",
        "message_thread_id",
        "reply_to_message_id",
        "user_id",
        "offset",
        "limit",
        "timeout",
        "max_connections",
        "cache_time",
    }
)
BOOLEANS = frozenset(
    {
        "allow_paid_broadcast",
        "allow_sending_without_reply",
        "disable_content_type_detection",
        "disable_notification",
        "drop_pending_updates",
        "has_spoiler",
        "is_big",
        "is_personal",
        "protect_content",
        "return_bots",
        "show_alert",
        "show_caption_above_media",
    }
)
OBJECTS = frozenset(
    {
        "allowed_updates",
        "button",
        "caption_entities",
        "commands",
        "entities",
        "link_preview_options",
        "media",
        "menu_button",
        "message_ids",
        "reaction",
        "reply_markup",
        "reply_parameters",
        "results",
        "scope",
    }
)


@dataclass(frozen=True)
class Upload:
    """A file in a request."""

    name: str
    data: bytes
    mime: str


@dataclass(frozen=True)
class Params:
    """A call's parameters by name, decoded, and its files."""

    values: dict[str, Any]
    files: dict[str, Upload]

    def text(self, name: str, default: str = "") -> str:
        value = self.values.get(name, default)
        return value if isinstance(value, str) else json.dumps(value)

    def integer(self, name: str) -> int | None:
        value = self.values.get(name)
        if value is None or value == "":
            return None
        if isinstance(value, bool) or not isinstance(value, int):
            raise bad_request(f"invalid {name} specified", breaks="parameter")
        return value

    def flag(self, name: str) -> bool:
        return self.values.get(name) in {True, "true", "True", "1"}

    def get(self, name: str) -> Any:
        return self.values.get(name)

    def upload(self, name: str) -> Upload | None:
        """Return the file of that name, or the one that the parameter points to."""
        value = self.values.get(name)
        if isinstance(value, str) and value.startswith("attach://"):
            return self.files.get(value.removeprefix("attach://"))
        return self.files.get(name) if value is None else None


async def read(request: web.Request) -> tuple[Params, int]:
    """Return what a request says, and how many bytes it took."""
    values: dict[str, Any] = {name: decoded(name, value) for name, value in request.query.items()}
    files: dict[str, Upload] = {}
    size = 0
    if request.content_type == "multipart/form-data":
        async for part in await request.multipart():
            assert isinstance(part, BodyPartReader), "parts within parts"
            data = bytes(await part.read())
            size += len(data)
            name = part.name or ""
            filename = part.filename
            if filename is None:
                values[name] = decoded(name, data.decode())
            else:
                mime = part.headers.get("Content-Type", "application/octet-stream")
                files[name] = Upload(filename, data, mime)
        return Params(values, files), size
    body = await request.read()
    size = len(body)
    if request.content_type == "application/json" and body:
        found = _json(body.decode())
        if not isinstance(found, dict):
            raise bad_request("object expected")
        values |= {
            name: decoded(name, value) if isinstance(value, str) else value for name, value in found.items()
        }
    elif body:
        form = await request.post()
        values |= {name: decoded(name, str(value)) for name, value in form.items()}
    return Params(values, files), size


def decoded(name: str, value: str) -> Any:
    """Return a parameter's value as what its name says it is; what does not fit stays text."""
    if name in INTEGERS:
        try:
            return int(value)
        except ValueError:
            return value
    if name in BOOLEANS:
        return {"true": True, "false": False}.get(value.lower(), value)
    if name in OBJECTS and value:
        return _json(value)
    return value


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as error:
        raise bad_request("can't parse JSON", breaks="json") from error
