"""What the Horde answers, as far as it is used."""

from __future__ import annotations

import re
from typing import Annotated, Any, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    FiniteFloat,
    ValidationError,
)

from core.errors import EngineFaultError

_ID = re.compile(r"[0-9A-Za-z-]{1,64}")

_SEED_DIGITS = 10
"""32 bits."""


def _id(text: str) -> str:
    """Refuse what would be another address in a path."""
    if not _ID.fullmatch(text):
        raise ValueError("no id")
    return text


RequestId = Annotated[str, AfterValidator(_id)]


def _objects(value: object) -> list[object]:
    """Keep what has the known shape: what a server says beside the point breaks no job."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _seed(value: object) -> int | None:
    text = str(value)
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _SEED_DIGITS else None


class _Answer(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class Warned(_Answer):
    """Something about a request that is accepted all the same."""

    code: str = ""


class Accepted(_Answer):
    """A request that waits now."""

    id: RequestId
    warnings: Annotated[list[Warned], BeforeValidator(_objects)] = []

    @property
    def has_worker(self) -> bool:
        """Somebody is there who could make it."""
        return all(warned.code != "NoAvailableWorker" for warned in self.warnings)


class Quote(_Answer):
    """A request's cost."""

    kudos: FiniteFloat


class Standing(_Answer):
    """How far a request is; `wait_time` is in seconds, `queue_position` in requests of everybody."""

    done: bool
    faulted: bool = False
    is_possible: bool = True
    processing: int = 0
    queue_position: int = 0
    wait_time: FiniteFloat = 0


class Remark(_Answer):
    """What a worker says of a picture: such as that a LoRA could not be had."""

    type: str = ""
    value: str = ""
    ref: str | int | None = None


class Generation(_Answer):
    """One picture: an address, or base 64."""

    img: str = ""
    seed: Annotated[int | None, BeforeValidator(_seed)] = None
    censored: bool = False
    state: str = "ok"
    model: Annotated[str | None, Field(max_length=200)] = None
    gen_metadata: Annotated[list[Remark], BeforeValidator(_objects)] = []

    @property
    def is_censored(self) -> bool:
        """What there is to see is a placeholder."""
        told = any(remark.type == "censorship" for remark in self.gen_metadata)
        return self.censored or self.state == "censored" or told

    @property
    def is_sensitive(self) -> bool:
        return any(remark.value == "nsfw" for remark in self.gen_metadata)

    def failed(self, kind: str) -> Remark | None:
        """Return what went wrong with a part of this kind, where something did."""
        return next((remark for remark in self.gen_metadata if remark.type == kind), None)


class Status(_Answer):
    """A request's pictures."""

    generations: list[Generation] = []


class Served(_Answer):
    """A model, and how many workers have it ready."""

    name: str
    count: int = 0


Read = TypeVar("Read", bound=BaseModel)


def read(model: type[Read], value: Any) -> Read:
    """Return the answer as this model. Raises `EngineFaultError` where it is something else."""
    try:
        return model.model_validate(value)
    except ValidationError:
        raise EngineFaultError(reason="answer") from None
