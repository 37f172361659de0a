"""What an operator can set about the models that run on this machine."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, field_validator

from core.generation.models import CfgScale, Steps


class LocalSettings(BaseModel):
    """stable-diffusion.cpp on this machine. Switched on by its model file; needs the extra `local`."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    model_file: Annotated[
        Path | None,
        Field(description="a whole checkpoint, as .safetensors, .ckpt or .gguf; empty switches it off"),
    ] = None
    decoder_file: Annotated[
        Path | None,
        Field(
            description="the TAESD that fits the model, which decodes pictures several times as fast for a "
            "little less detail; without it, a CPU takes longer for that than for a step"
        ),
    ] = None
    threads: Annotated[int, Field(ge=0, le=256, description="cores that it computes on; 0 for all")] = 0
    steps_most: Annotated[
        Steps | None,
        Field(description="steps that a picture gets at most: a distilled model gains nothing beyond 1 to 4"),
    ] = None
    cfg_scale: Annotated[
        CfgScale | None,
        Field(description="stands for whatever a request says: distilled models want 1, at half the time"),
    ] = None
    sampler: Annotated[
        str,
        Field(
            max_length=100,
            description="where a request names none, such as lcm; empty for what suits the model",
        ),
    ] = ""
    silence: Annotated[
        float,
        Field(
            ge=1,
            le=7200,
            description="seconds without a step after which it counts as hung and is started anew: "
            "more than one step takes, and than it takes to decode a picture",
        ),
    ] = 300.0

    @field_validator("model_file", "decoder_file", mode="before")
    @classmethod
    def _none_where_empty(cls, value: object) -> object:
        return None if isinstance(value, str) and not value.strip() else value

    @field_validator("model_file", "decoder_file")
    @classmethod
    def _at_home(cls, path: Path | None) -> Path | None:
        return path.expanduser().absolute() if path is not None else None
