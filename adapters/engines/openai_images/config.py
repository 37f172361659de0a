"""What an operator can set about servers with an OpenAI-style Images API."""

from __future__ import annotations

import re
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, model_validator

from adapters.engines.openai_images.shapes import Shapes, shapes_in
from adapters.engines.wire.addresses import addresses, checked_addresses
from core.access import secret_like

OPENAI = "https://api.openai.com/v1"

_WORD = r"^[A-Za-z0-9_-]{0,40}$"


def _parts(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _names(text: str) -> str:
    if any(len(part) > 100 for part in _parts(text)):  # noqa: PLR2004 - as `Name` in core.generation.models
        raise ValueError("may have names of at most 100 characters, with commas between")
    return text


def _sizes(text: str) -> str:
    shapes_in(text)
    return text


_Option = Annotated[str, Field(pattern=_WORD)]


class OpenAISettings(BaseModel):
    """Servers that speak as OpenAI's Images API does. Prompts and pictures are sent to them."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    url: Annotated[
        str,
        AfterValidator(checked_addresses),
        Field(description=f"where they are, with commas between: {OPENAI} is OpenAI; empty switches it off"),
    ] = ""
    key: Annotated[
        SecretStr | None,
        secret_like(r"[!-~]{0,500}", "may have letters, digits and signs only, without spaces"),
        Field(description="what they know you by; empty for servers that ask for none"),
    ] = None
    model: Annotated[
        str, Field(max_length=100, description="the model of a request that names none; OpenAI wants one")
    ] = ""
    models: Annotated[
        str,
        AfterValidator(_names),
        Field(
            description="models that members may choose, with commas between; empty to ask the server, "
            "or for only the one above where pictures cost points"
        ),
    ] = ""
    sizes: Annotated[
        str,
        AfterValidator(_sizes),
        Field(
            description="sizes that the server makes, with commas between, or any for every multiple of 64; "
            "pictures are made in the nearest one, then cut and scaled to the one asked for"
        ),
    ] = "1024x1024,1536x1024,1024x1536"
    dialect: Annotated[
        Literal["openai", "sd-server"],
        Field(description="sd-server takes seed, steps and strength from a tag that is put into the prompt"),
    ] = "openai"
    quality: Annotated[_Option, Field(description="such as low, medium or high; empty for the model's")] = ""
    background: Annotated[_Option, Field(description="such as opaque or transparent; empty to leave it")] = ""
    output_format: Annotated[_Option, Field(description="png, jpeg or webp; empty to leave it")] = ""
    moderation: Annotated[
        _Option, Field(description="how strict OpenAI is: auto or low; empty to leave it")
    ] = ""
    style: Annotated[_Option, Field(description="for servers that know styles; OpenAI refuses it")] = ""
    response_format: Annotated[
        _Option,
        Field(description="b64_json for servers whose picture addresses can't be reached; OpenAI refuses it"),
    ] = ""
    partial_images: Annotated[
        int,
        Field(ge=0, le=3, description="previews of each picture while it is made; OpenAI charges for them"),
    ] = 0
    batch: Annotated[int, Field(ge=1, le=10, description="pictures that the server makes in one call")] = 4
    slots: Annotated[int, Field(ge=1, le=16, description="calls at one time to each server")] = 2
    silence: Annotated[
        float,
        Field(
            ge=5,
            le=3600,
            description="seconds without a byte, for each picture of a call, after which it is given up",
        ),
    ] = 120.0
    points_per_picture: Annotated[
        int | None,
        Field(
            ge=0,
            le=1_000_000,
            description="what a picture costs a member; set it where pictures cost you money: a call whose "
            "end is not known is then given up and refunded, never made again. Empty where they are free",
        ),
    ] = None
    per_minute: Annotated[
        int, Field(ge=0, le=10_000, description="calls that a server is sent in a minute at most; 0 for any")
    ] = 0

    @model_validator(mode="after")
    def _with_a_price_for_what_is_named(self) -> Self:
        """Refuse that members choose any model of a server where pictures cost money."""
        if self.is_paid and not self.named_models:
            raise ValueError("model must be set where points_per_picture is")
        return self

    @property
    def addresses(self) -> tuple[str, ...]:
        """The servers' addresses, each with /v1 at its end."""
        return tuple(_versioned(part) for part in addresses(self.url))

    @property
    def named_models(self) -> tuple[str, ...]:
        """What the operator lets members choose, the default first; empty where the server is asked."""
        if not self.models and not self.is_paid:
            return ()
        return tuple(dict.fromkeys(name for name in (self.model, *_parts(self.models)) if name))

    @property
    def shapes(self) -> Shapes:
        """The sizes that the server makes."""
        return shapes_in(self.sizes)

    @property
    def is_paid(self) -> bool:
        """A call costs the operator money."""
        return self.points_per_picture is not None


def _versioned(address: str) -> str:
    plain = address.rstrip("/")
    return plain if re.search(r"/v\d+$", plain) else plain + "/v1"
