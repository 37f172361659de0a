"""The console's settings."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from core.ids import AccountId


class ConsoleSettings(BaseModel):
    """The console, for whoever runs Easel: its user is an admin."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    account: Annotated[
        str,
        Field(
            min_length=1,
            max_length=64,
            pattern=r"^[\w.-]+$",
            description="whose tasks and points the console uses",
        ),
    ] = "operator"
    history_file: Annotated[Path, Field(description="what was typed before; its folder is made")] = Path(
        "data/console-history"
    )
    pictures: Annotated[bool, Field(description="draw pictures in terminals that can show them")] = True

    @property
    def account_id(self) -> AccountId:
        """The account, as core knows it."""
        return AccountId(f"console:{self.account}")
