"""Websockets by client id, with the real server's faults about two of one id."""

from __future__ import annotations

import asyncio
import json
import struct
from typing import Any

from aiohttp import WSMsgType, web

FEATURES = {"supports_preview_metadata": True, "max_upload_size": 104857600}


class Sockets:
    """Sends frames to the one socket that its table has for a client id."""

    def __init__(self) -> None:
        self.table: dict[str, web.WebSocketResponse] = {}
        self.with_metadata: dict[str, bool] = {}
        self.first_frames: list[str] = []
        self.opened = 0
        self.open_now = 0
        self.most_open = 0
        self.close_seconds = 0.0
        """Before it agrees to the end of a socket."""
        self.refused = 0
        """How many were closed as soon as they were open, as some proxies do."""
        self.refuses = False
        """Such a proxy stands before it."""
        self.silent = False
        """Sockets stay open, and nothing comes through them."""

    async def serve(
        self, request: web.Request, status: dict[str, Any], running: str | None
    ) -> web.StreamResponse:
        socket = web.WebSocketResponse(autoclose=False)
        await socket.prepare(request)
        if self.refuses:
            self.refused += 1
            await socket.close()
            return socket
        client = request.query.get("clientId", "")
        self.opened += 1
        self.open_now += 1
        self.most_open = max(self.most_open, self.open_now)
        self.table[client] = socket
        self.with_metadata[client] = False
        try:
            await self.send(client, "status", {"status": status, "sid": client})
            if running is not None:  # without an id, as the real server does at a reconnect
                await self.send(client, "executing", {"node": running})
            is_first = True
            async for message in socket:
                if message.type is WSMsgType.TEXT and is_first:
                    self.first_frames.append(message.data)
                    said = json.loads(message.data)
                    if said.get("type") == "feature_flags":
                        self.with_metadata[client] = bool(said["data"].get("supports_preview_metadata"))
                        await self.send(client, "feature_flags", FEATURES)
                    is_first = False
            await asyncio.sleep(self.close_seconds)
        finally:
            self.open_now -= 1
            # By id, not by socket: the second of two with one id is dropped with the first.
            self.table.pop(client, None)
        await socket.close()
        return socket

    async def send(self, client: str | None, kind: str, data: dict[str, Any]) -> None:
        socket = self.table.get(client or "")
        if socket is not None and not self.silent and not socket.closed:
            try:
                await socket.send_str(json.dumps({"type": kind, "data": data}))
            except ConnectionError:
                self.table.pop(client or "", None)

    async def preview(self, client: str | None, prompt_id: str, node: str, jpeg: bytes) -> None:
        socket = self.table.get(client or "")
        if socket is None or self.silent or socket.closed:
            return
        if self.with_metadata.get(client or ""):
            about = json.dumps({"node_id": node, "prompt_id": prompt_id, "image_type": "image/jpeg"}).encode()
            body = struct.pack(">II", 4, len(about)) + about + jpeg
        else:
            body = struct.pack(">II", 1, 1) + jpeg
        try:
            await socket.send_bytes(body)
        except ConnectionError:
            self.table.pop(client or "", None)

    async def everybody(self, kind: str, data: dict[str, Any]) -> None:
        for client in list(self.table):
            await self.send(client, kind, data)
