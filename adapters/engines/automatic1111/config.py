"""What an operator can set about servers that speak the AUTOMATIC1111 API."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from adapters.engines.wire.addresses import addresses, checked_addresses

Name = Annotated[str, Field(max_length=100)]


class Automatic1111Settings(BaseModel):
    """AUTOMATIC1111, Forge, SD.Next or sd-server. Switched on by its address."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    url: Annotated[
        str,
        AfterValidator(checked_addresses),
        Field(
            description="where the server is, such as http://127.0.0.1:7860, with user:password@ before the "
            "host if it wants them; several servers with commas between; empty switches it off"
        ),
    ] = ""
    model: Annotated[
        Name, Field(description="the checkpoint where nobody names one; empty for what the server has loaded")
    ] = ""
    upscaler: Annotated[
        Name, Field(min_length=1, description="what enlarges pictures, by the server's name for it")
    ] = "Lanczos"
    silence: Annotated[
        float,
        Field(ge=1, le=600, description="seconds without any answer after which a server counts as gone"),
    ] = 60.0
    total: Annotated[
        float,
        Field(
            ge=10,
            le=7200,
            description="seconds that a job may take; as long it waits for somebody else's on the server",
        ),
    ] = 540.0

    @property
    def urls(self) -> tuple[str, ...]:
        """The servers' addresses, each once."""
        return addresses(self.url)
