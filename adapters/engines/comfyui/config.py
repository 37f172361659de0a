"""What an operator can set about ComfyUI."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, model_validator

from adapters.engines.wire.addresses import addresses, checked_addresses, has_password
from core.access import secret_like


class ComfyUISettings(BaseModel):
    """ComfyUI. Switched on by its address; docs/engines.md says how to start one."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    url: Annotated[
        str,
        AfterValidator(checked_addresses),
        Field(
            description="where ComfyUI is, such as http://127.0.0.1:8188; several with commas between; "
            "empty switches it off"
        ),
    ] = ""
    authorization: Annotated[
        SecretStr | None,
        secret_like(r"[\x20-\x7e]{1,4096}", "must be one line of plain letters, such as Bearer ..."),
        Field(description="the Authorization header that a reverse proxy in front of it wants; sent to each"),
    ] = None
    model: Annotated[
        str | None,
        Field(max_length=100, description="the checkpoint where nobody names one; else the server's first"),
    ] = None
    slots: Annotated[
        int,
        Field(
            ge=1, le=16, description="jobs that each server is given at one time; it makes them one by one"
        ),
    ] = 1
    silence: Annotated[
        float,
        Field(ge=1, le=600, description="seconds without an answer after which a server counts as gone"),
    ] = 30.0
    previews: Annotated[bool, Field(description="show the picture while it is being made")] = True

    @model_validator(mode="after")
    def _one_way_in(self) -> Self:
        if self.authorization is not None and any(map(has_password, self.urls)):
            raise ValueError("set authorization, or a user and a password in url, not both")
        return self

    @property
    def urls(self) -> tuple[str, ...]:
        """The servers' addresses."""
        return addresses(self.url)
