"""What is asked (`GenerationRequest`), what came of it (`GenerationResponse`), and the task in between."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, JsonValue

from core.generation.prompt import PROMPT_MAX, clean_prompt
from core.ids import AccountId, ImageId, LeaseId, TaskId, WorkerId


def _clean(value: object) -> object:
    return clean_prompt(value) if isinstance(value, str) else value


def _stripped(value: object) -> object:
    return value.strip() if isinstance(value, str) else value


Prompt = Annotated[str, Field(min_length=1, max_length=PROMPT_MAX), BeforeValidator(_clean)]
NegativePrompt = Annotated[str, Field(max_length=PROMPT_MAX), BeforeValidator(_clean)]
SIDE_LEAST, SIDE_MOST = 64, 2048
Side = Annotated[int, Field(ge=SIDE_LEAST, le=SIDE_MOST)]
"""Pixels."""
Steps = Annotated[int, Field(ge=1, le=150)]
CfgScale = Annotated[float, Field(ge=0, le=30, allow_inf_nan=False)]
Seed = Annotated[int, Field(ge=0, le=2**32 - 1)]
"""32 bits: what every engine takes."""
BatchSize = Annotated[int, Field(ge=1, le=8)]
Strength = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
"""How much of an input image is redrawn: 0 keeps it, 1 ignores it."""
Name = Annotated[str, Field(min_length=1, max_length=100), BeforeValidator(_stripped)]


Parameter = str | int | float | bool


class GenerationStatus(StrEnum):
    """Where a task stands; the last three are for good."""

    PENDING = "pending"
    PROCESSING = "processing"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def final(self) -> bool:
        return self in _FINAL


_FINAL = frozenset({GenerationStatus.COMPLETED, GenerationStatus.FAILED, GenerationStatus.CANCELLED})


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class GenerationSettings(_Value):
    """How to draw. `seed=None` lets the service pick one, so a stored request always has a seed."""

    width: Side = 768
    height: Side = 768
    steps: Steps = 20
    cfg_scale: CfgScale = 7.0
    seed: Seed | None = None
    sampler: Name | None = None
    batch_size: BatchSize = 1
    strength: Strength = 0.6
    model: Name | None = None

    @property
    def work(self) -> int:
        """Pixels times steps times pictures: what waiting times are reckoned in."""
        return self.width * self.height * self.steps * self.batch_size


class Origin(_Value):
    """The message that asked. The same origin never makes two tasks."""

    platform: str
    chat: str
    message: str
    thread: str | None = None

    @property
    def key(self) -> str:
        """The unique key. Parts are joined by a character that no platform has in an id."""
        return "\x1f".join((self.platform, self.chat, self.thread or "", self.message))


class GenerationRequest(_Value):
    """Everything that a picture depends on, and who asked for it where."""

    account: AccountId
    type: Name = "txt2img"
    prompt: Prompt
    negative_prompt: NegativePrompt = ""
    settings: GenerationSettings = GenerationSettings()
    input_images: Annotated[tuple[ImageId, ...], Field(max_length=4)] = ()
    origin: Origin | None = None
    nsfw: bool = False
    """Asked for as not safe for work: shown covered, and only in places for it."""
    parameters: dict[str, Parameter] = Field(default_factory=dict)
    """The inputs that its type has beside those above, by name."""


class GenerationMetadata(_Value):
    """How the pictures really came about."""

    seed: int | None = None
    """The first picture's; the others of a batch count on from it."""
    engine: str | None = None
    model: str | None = None
    sensitive: bool = False
    """The engine flags the pictures as not for everybody's eyes."""
    stand_in: bool = False
    """They are not the work of a model."""


class GenerationResponse(_Value):
    """What came of a request. `error_facts` is what the sentence about `error_code` needs."""

    outputs: tuple[ImageId, ...] = ()
    success: bool = True
    error_code: str | None = None
    error_facts: dict[str, JsonValue] = Field(default_factory=dict)
    processing_time: float | None = None
    """Seconds from the start of the last attempt to its end."""
    metadata: GenerationMetadata = GenerationMetadata()


@dataclass(frozen=True, slots=True)
class Lease:
    """One worker's hold on a task until `expires_at`."""

    id: LeaseId
    worker: WorkerId
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an engine is: `step` of `steps`, over all pictures of the task; 0 of 0 while it waits."""

    step: int
    steps: int
    position: int | None = None
    """Place in the engine's own queue, from 1; None once it has begun, or where it does not say."""
    seconds: float | None = None
    """Until the engine expects to be done, where it says."""
    preview: bytes | None = field(default=None, compare=False, repr=False)
    """What there is to see yet, as PNG, JPEG or WebP. Shown to whoever looks, and never stored."""

    @property
    def fraction(self) -> float:
        """From 0 to 1."""
        return min(1.0, self.step / self.steps) if self.steps > 0 else 0.0


@dataclass(frozen=True, slots=True)
class GenerationTask:
    """A request on its way. Changed only by `core.generation.lifecycle`, which returns a new one."""

    id: TaskId
    request: GenerationRequest
    price: int
    """Points held at creation; 0 where nothing is charged."""
    created_at: datetime
    priority: int = 0
    """Higher goes first."""
    rank: int = 0
    """Place in the fair order among equals in priority; given once, at creation."""
    status: GenerationStatus = GenerationStatus.PENDING
    revision: int = 1
    """Grows with every change that a chat should show."""
    attempts: int = 0
    """Starts that were spent: handing a task back unspent takes one off."""
    lease: Lease | None = None
    progress: Progress | None = None
    response: GenerationResponse | None = None
    started_at: datetime | None = None
    """Of the last attempt."""
    completed_at: datetime | None = None
