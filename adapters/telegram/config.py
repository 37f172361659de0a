"""What an operator can set about Telegram."""

from __future__ import annotations

import re
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, model_validator

from core.access import Ids, ids_in, secret_like

API_BASE_URL = "https://api.telegram.org"

_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
"""What Telegram takes as a secret."""


class TelegramSettings(BaseModel):
    """Telegram. Switched on by its token; docs/telegram.md says how to get one."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    token: Annotated[
        SecretStr | None,
        secret_like(r"\d+:[\w-]+", "must be like 123456:ABC-DEF, as BotFather gives it"),
        Field(description="the bot's token; empty switches Telegram off"),
    ] = None
    admins: Annotated[Ids, Field(description="user ids of Easel's admins, with commas between")] = ""
    api_base_url: Annotated[
        str, Field(pattern=r"^https?://[^/]+.*[^/]$", description="where the Bot API is, without the token")
    ] = API_BASE_URL
    webhook_url: Annotated[
        str | None,
        Field(pattern=r"^https?://", description="the public address of the webhook; empty to poll instead"),
    ] = None
    webhook_listen: Annotated[
        str,
        Field(pattern=r"^[^:/\s]+:\d{1,5}$", description="where the webhook is served, behind your proxy"),
    ] = "127.0.0.1:8080"
    webhook_secret: Annotated[
        SecretStr | None,
        secret_like(r"[A-Za-z0-9_-]{1,256}", "may have letters, digits, _ and - only, at most 256"),
        Field(description="what Telegram proves itself by; required with webhook_url"),
    ] = None

    @model_validator(mode="after")
    def _guarded(self) -> Self:
        """Refuse a webhook that anybody could feed."""
        if self.webhook_url is not None:
            secret = self.webhook_secret.get_secret_value() if self.webhook_secret else ""
            if not _SECRET.fullmatch(secret):
                raise ValueError(
                    "webhook_secret must be set where webhook_url is: 1 to 256 of A-Z, a-z, 0-9, _ and -"
                )
        return self

    @property
    def admin_ids(self) -> frozenset[int]:
        return ids_in(self.admins)

    @property
    def listen(self) -> tuple[str, int]:
        """Where the webhook is served: host and port."""
        host, _, port = self.webhook_listen.rpartition(":")
        return host, int(port)
