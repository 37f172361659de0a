"""Logs: one line an event on standard error, with the task's id where it is about one, secrets masked."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Iterable
from typing import Literal, TextIO
from urllib.parse import unquote

import structlog
from pydantic import BaseModel, SecretStr
from structlog.typing import EventDict, Processor, WrappedLogger

from core.tracing import current_task

MASK = "***"

_PASSWORD = re.compile(r"://[^/@:,\s]*:([^/@,\s]+)@")

_CONTROLS = {code: f"\\x{code:02x}" for code in (*range(32), *range(127, 160))}
"""Control characters as a programmer writes them."""
_BUT_LINES = {code: text for code, text in _CONTROLS.items() if code != ord("\n")}
"""For an exception's text, which has lines of its own."""


class _StandardError(logging.StreamHandler[TextIO]):
    """Writes to whatever standard error is now: the console puts its own there while it prompts."""

    def __init__(self) -> None:
        logging.Handler.__init__(self)

    @property
    def stream(self) -> TextIO:
        return sys.stderr

    @stream.setter
    def stream(self, _: TextIO) -> None:
        """It is never set."""


def configure_logs(level: str, style: Literal["text", "json"], secrets: Iterable[str] = ()) -> None:
    """Send every logger's lines through one formatter. `secrets` are masked wherever they stand."""
    shared: list[Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _add_task,
    ]
    last: list[Processor] = (
        [structlog.processors.format_exc_info, _Masker(secrets), structlog.processors.JSONRenderer()]
        if style == "json"
        else [
            structlog.processors.format_exc_info,
            _Masker(secrets),
            _escape,
            structlog.dev.ConsoleRenderer(colors=False, pad_event_to=0),
        ]
    )
    handler = _StandardError()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    logging.getLogger("asyncio").setLevel(logging.WARNING)
    logging.getLogger("aiosqlite").setLevel(logging.WARNING)  # it logs every statement at DEBUG
    for name in ("PIL", "discord", "httpx", "httpcore", "telegram"):  # httpx logs addresses with the token
        logging.getLogger(name).setLevel(logging.WARNING)


def _add_task(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    task = current_task.get()
    if task is not None:
        event["task"] = task
    return event


def secrets_of(settings: BaseModel) -> list[str]:
    """Return the value of every secret in the settings, however deep, and the passwords in addresses."""
    found = []
    for _, value in settings:
        if isinstance(value, SecretStr):
            found.append(value.get_secret_value())
        elif isinstance(value, str):
            found += [one for match in _PASSWORD.findall(value) for one in {match, unquote(match)}]
        elif isinstance(value, BaseModel):
            found += secrets_of(value)
    return found


class _Masker:
    def __init__(self, secrets: Iterable[str]) -> None:
        self._secrets = sorted((one for one in secrets if one), key=len, reverse=True)

    def __call__(self, _: WrappedLogger, __: str, event: EventDict) -> EventDict:
        for key, value in event.items():
            if isinstance(value, str):
                for secret in self._secrets:
                    value = value.replace(secret, MASK)  # noqa: PLW2901 - each secret in turn
                event[key] = value
        return event


def _escape(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Keep what somebody wrote from looking like a line of ours, or moving the cursor."""
    for key, value in event.items():
        if isinstance(value, str):
            event[key] = value.translate(_BUT_LINES if key == "exception" else _CONTROLS)
    return event
