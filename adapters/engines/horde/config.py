"""What an operator can set about the AI Horde."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr

from core.access import secret_like

ANONYMOUS_KEY = "0000000000"
"""Works without an account, behind everybody who has one; what it makes is always shared."""

_SLOTS, _ANONYMOUS_SLOTS = 4, 2

_MODELS_MOST = 50


def _models(text: str) -> str:
    if len(_names(text)) > _MODELS_MOST:
        raise ValueError(f"may have at most {_MODELS_MOST} models; leave it empty for any")
    return text


class HordeSettings(BaseModel):
    """The AI Horde. Off until it is switched on, since prompts leave the machine."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    enabled: Annotated[
        bool,
        Field(
            description="let volunteers' computers make pictures: prompts and input pictures leave this"
            " machine, and strangers can see them"
        ),
    ] = False
    url: Annotated[
        str, Field(pattern=r"^https?://[^/]+.*[^/]$", description="where the Horde's API is, without /v2")
    ] = "https://aihorde.net/api"
    key: Annotated[
        SecretStr | None,
        secret_like(r"[A-Za-z0-9_-]{0,100}", "may have letters, digits, _ and - only, at most 100"),
        Field(
            description="your key from aihorde.net/register; empty for the anonymous one, which waits"
            " longest, makes at most 1024x1024 in 50 steps, and whose pictures are always shared publicly"
        ),
    ] = None
    models: Annotated[
        str,
        AfterValidator(_models),
        Field(description="the models that may be used, with commas between; empty for any"),
    ] = ""
    slots: Annotated[
        int | None,
        Field(ge=1, le=30, description="jobs at one time; empty for 4 with a key of your own, 2 without"),
    ] = None
    kudos_most: Annotated[
        float,
        Field(
            ge=0, allow_inf_nan=False, description="refuse a job that the Horde quotes above; 0 for no bound"
        ),
    ] = 0
    nsfw: Annotated[bool, Field(description="let requests marked as not safe for work go to the Horde")] = (
        False
    )
    wait_most: Annotated[
        float,
        Field(ge=10, le=1200, description="seconds from sending a job to having it; it is given up after"),
    ] = 480
    silence: Annotated[
        float,
        Field(ge=5, le=600, description="seconds that the Horde may not answer before a job is given up"),
    ] = 60

    @property
    def api_key(self) -> str:
        return (self.key.get_secret_value() if self.key else "") or ANONYMOUS_KEY

    @property
    def is_anonymous(self) -> bool:
        return self.api_key == ANONYMOUS_KEY

    @property
    def jobs(self) -> int:
        """How many are sent at one time."""
        return self.slots or (_ANONYMOUS_SLOTS if self.is_anonymous else _SLOTS)

    @property
    def model_names(self) -> tuple[str, ...]:
        """The models that may be used; none for any."""
        return _names(self.models)


def _names(text: str) -> tuple[str, ...]:
    return tuple(name for part in text.split(",") if (name := part.strip()))
