"""Errors in the shapes that servers give them."""

from __future__ import annotations

from typing import Any

from aiohttp import web


class SaidError(Exception):
    """Ends a call with a status and a body."""

    def __init__(self, status: int, body: Any) -> None:
        self.status = status
        self.body = body
        super().__init__(status)

    def response(self) -> web.Response:
        return web.json_response(self.body, status=self.status)


def openai_error(
    status: int, code: str | None, *, kind: str = "invalid_request_error", param: str | None = None
) -> SaidError:
    """Return OpenAI's object. Its message has what must never be shown."""
    message = "An error at /srv/private/path for org-secret."
    return SaidError(status, {"error": {"message": message, "type": kind, "param": param, "code": code}})


def string_error(status: int, text: str) -> SaidError:
    """Return the bare string of sd-server."""
    return SaidError(status, {"error": text})
