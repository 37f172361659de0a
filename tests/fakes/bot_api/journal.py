"""What the bot did, call by call."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from tests.fakes.bot_api.faults import Fault
from tests.fakes.bot_api.wire import Upload


@dataclass
class Call:
    """One call of the bot."""

    method: str
    params: dict[str, Any]
    files: dict[str, Upload]
    at: float
    status: int | None = None
    """The HTTP status; None while it is under way, 0 where the connection was cut."""
    result: Any = None
    error: str | None = None
    fault: Fault | None = field(default=None, repr=False)

    @property
    def ok(self) -> bool:
        return self.status == 200

    @property
    def dropped(self) -> bool:
        """Whether the work is done, and the answer lost."""
        return self.fault is not None and self.fault.kind == "drop"

    def __str__(self) -> str:
        said = json.dumps(self.params, ensure_ascii=False)
        return f"{self.method} {said:.200} -> {self.status} {self.error or ''}"
