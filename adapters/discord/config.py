"""What an operator can set about Discord."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from core.access import Ids, ids_in, secret_like

API_BASE_URL = "https://discord.com/api/v10"


class DiscordSettings(BaseModel):
    """Discord. Switched on by its token; docs/discord.md says how to get one."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    token: Annotated[
        SecretStr | None,
        secret_like(r"[\w.-]+", "must be the bot's token as the portal gives it, without spaces"),
        Field(description="the bot's token; empty switches Discord off"),
    ] = None
    admins: Annotated[Ids, Field(description="user ids of Easel's admins, with commas between")] = ""
    guild: Annotated[
        int | None,
        Field(ge=1, description="commands go to this one server at once, to try things; empty for all"),
    ] = None
    api_base_url: Annotated[str, Field(pattern=r"^https?://", description="where Discord's API is")] = (
        API_BASE_URL
    )
    gateway_url: Annotated[
        str | None, Field(pattern=r"^wss?://", description="where its gateway is; empty to ask the API")
    ] = None

    @property
    def admin_ids(self) -> frozenset[int]:
        return ids_in(self.admins)
