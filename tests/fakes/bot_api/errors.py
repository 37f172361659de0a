"""What the server refuses, in the words of the real one."""

from __future__ import annotations

from typing import Any


class ApiError(Exception):
    """An answer with `ok: false`."""

    def __init__(
        self,
        code: int,
        description: str,
        *,
        breaks: str | None = None,
        parameters: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(code, description)
        self.code = code
        self.description = description
        self.breaks = breaks
        """The kind of violation, where the caller should have known better."""
        self.parameters = parameters or {}

    def as_json(self) -> dict[str, Any]:
        found: dict[str, Any] = {"ok": False, "error_code": self.code, "description": self.description}
        if self.parameters:
            found["parameters"] = self.parameters
        return found


def bad_request(text: str, *, breaks: str | None = None, **parameters: Any) -> ApiError:
    return ApiError(400, f"Bad Request: {text}", breaks=breaks, parameters=parameters)


def forbidden(text: str) -> ApiError:
    return ApiError(403, f"Forbidden: {text}")


def conflict(text: str) -> ApiError:
    return ApiError(409, f"Conflict: {text}")


def too_many_requests(retry_after: int) -> ApiError:
    return ApiError(
        429, f"Too Many Requests: retry after {retry_after}", parameters={"retry_after": retry_after}
    )
