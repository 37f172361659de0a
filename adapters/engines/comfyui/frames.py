"""What comes through the websocket: frames of text and of bytes, read as far as they are of use."""

from __future__ import annotations

import json
import struct
from dataclasses import dataclass, field
from typing import Any

PREVIEW_MOST = 4 * 2**20
"""Bytes."""

FEATURES = json.dumps({"type": "feature_flags", "data": {"supports_preview_metadata": True}})
"""The first frame that is sent: without it, previews do not say whose they are."""

_PREVIEW_WITH_METADATA = 4
_PICTURES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF")
_SKIPPED = '"progress_state"'
_NO_JSON = (ValueError, RecursionError)


@dataclass(frozen=True, slots=True)
class Frame:
    """One event of one job. `preview` is a picture for the kind `preview`."""

    kind: str
    prompt_id: str
    data: dict[str, Any] = field(default_factory=dict)
    preview: bytes | None = None


def read_text(text: str) -> Frame | None:
    """Return the frame; None for what is of no job, or unreadable.

    `progress_state` grows with the graph and comes with every change, so it is not even parsed: the
    `progress` beside it says the same.
    """
    if _SKIPPED in text[:40]:
        return None
    try:
        found = json.loads(text)
    except _NO_JSON:
        return None
    match found:
        case {"type": str() as kind, "data": {"prompt_id": str() as prompt_id} as data}:
            return Frame(kind, prompt_id, data)
        case _:
            return None


def read_binary(body: bytes) -> Frame | None:
    """Return the preview in the frame; None for other events, and for previews that don't say whose."""
    if not 8 <= len(body) <= PREVIEW_MOST:  # noqa: PLR2004 - two numbers of 32 bits come first
        return None
    event, length = struct.unpack_from(">II", body)
    if event != _PREVIEW_WITH_METADATA or 8 + length > len(body):
        return None
    try:
        metadata = json.loads(body[8 : 8 + length])
    except _NO_JSON:
        return None
    picture = body[8 + length :]
    match metadata:
        case {"prompt_id": str() as prompt_id} if picture.startswith(_PICTURES):
            return Frame("preview", prompt_id, preview=picture)
        case _:
            return None
