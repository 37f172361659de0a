"""/generate and /price: from arguments to a request."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from core.commands.naming import known_names
from core.commands.services import Services
from core.commands.spec import Arguments, Command, CommandCall, Flag, ImageInput, Positional
from core.commands.validation import validated
from core.errors import InvalidRequestError
from core.generation.catalog import PICTURES, GenerationType
from core.generation.images import StoredImage
from core.generation.loras import lora_tag
from core.generation.models import (
    SIDE_LEAST,
    SIDE_MOST,
    BatchSize,
    CfgScale,
    GenerationRequest,
    GenerationSettings,
    Name,
    NegativePrompt,
    Prompt,
    Seed,
    Side,
    Steps,
    Strength,
)
from core.presentation.messages import say_price
from core.presentation.views import Reply

RATIO_MOST = 4
"""The longest side over the shortest: beyond it, engines repeat the subject."""

SIDE_STEP = 8
"""Sides reckoned from a ratio are multiples of this, as every engine takes them."""


def _ratio(text: str) -> str:
    match = re.fullmatch(r"\s*(\d{1,4})\s*[:/x]\s*(\d{1,4})\s*", text)
    sides = tuple(int(side) for side in match.groups()) if match else (0, 0)
    if not all(sides) or max(sides) > RATIO_MOST * min(sides):
        raise PydanticCustomError("problem", "not a ratio", {"reason": "not_a_ratio"})
    return f"{sides[0]}:{sides[1]}"


def _lora(text: str) -> str:
    tag = lora_tag(text)
    if tag is None:
        raise PydanticCustomError("problem", "not a LoRA", {"reason": "not_a_lora"})
    return tag


LoraName = Annotated[str, Field(min_length=1, max_length=120), AfterValidator(_lora)]
"""Becomes the tag that stands for it in a prompt."""

AspectRatio = Annotated[str, AfterValidator(_ratio)]


class RequestArguments(Arguments):
    """What every type takes. Every flag's name, range and help stand here and nowhere else."""

    prompt: Annotated[
        Prompt,
        Field(description="what to draw", examples=["a red fox in the snow"]),
        Positional(rest=True),
    ]
    negative_prompt: Annotated[
        NegativePrompt | None, Field(description="what to leave out"), Flag("no", ("negative",))
    ] = None
    aspect_ratio: Annotated[
        AspectRatio | None, Field(description="width to height, such as 16:9"), Flag("ar")
    ] = None
    width: Annotated[Side | None, Field(description="pixels"), Flag("width", ("w",))] = None
    height: Annotated[Side | None, Field(description="pixels"), Flag("height", ("h",))] = None
    batch_size: Annotated[BatchSize | None, Field(description="how many pictures"), Flag("n")] = None
    steps: Annotated[Steps | None, Field(description="more is finer and slower"), Flag("steps")] = None
    seed: Annotated[Seed | None, Field(description="the same seed draws the same picture"), Flag("seed")] = (
        None
    )
    cfg_scale: Annotated[
        CfgScale | None, Field(description="how closely to follow the prompt"), Flag("cfg")
    ] = None
    image: Annotated[
        StoredImage | None, Field(description="a picture to start from"), Flag("image"), ImageInput()
    ] = None
    strength: Annotated[
        Strength | None, Field(description="how much of that picture to redraw"), Flag("strength")
    ] = None
    model: Annotated[Name | None, Field(description="the engine's model"), Flag("model")] = None
    sampler: Annotated[Name | None, Field(description="the engine's sampler"), Flag("sampler")] = None
    lora: Annotated[
        LoraName | None, Field(description="a LoRA of the engine, with its weight: snow:0.8"), Flag("lora")
    ] = None
    nsfw: Annotated[bool, Field(description="not safe for work: shown covered"), Flag("nsfw")] = False


class GenerateArguments(RequestArguments):
    """The same for whatever type."""

    type: Annotated[Name | None, Field(description="the kind of generation"), Flag("type")] = None


async def generate(services: Services, call: CommandCall, arguments: GenerateArguments) -> Reply:
    """Queue the request; its own message shows what comes of it."""
    return await queue_request(services, call, request_of(services, call, arguments))


async def queue_request(services: Services, call: CommandCall, request: GenerationRequest) -> Reply:
    """Queue the request, to be shown in the call's message."""
    task = await services.generation.create_task(request, shown_in=call.anchor)
    return Reply(tasks=(task.id,))


async def price(services: Services, call: CommandCall, arguments: GenerateArguments) -> Reply:
    """Quote the request without queueing it."""
    needed = services.generation.quote(request_of(services, call, arguments))
    if services.points is None:
        return Reply(say_price(0, 0))
    return Reply(say_price(needed, await services.points.balance(call.caller.account)))


def request_of(services: Services, call: CommandCall, arguments: GenerateArguments) -> GenerationRequest:
    """Return what was asked. Raises `InvalidRequestError`."""
    name = arguments.type or ("img2img" if arguments.image else "txt2img")
    return request_for(services, call, arguments, services.catalog.get(name))


def request_for(
    services: Services, call: CommandCall, arguments: Arguments, kind: GenerationType
) -> GenerationRequest:
    """Return what was asked of this type; the arguments may have its own inputs too.

    Raises `InvalidRequestError`.
    """
    given = {
        name: value
        for name in type(arguments).model_fields
        if (value := getattr(arguments, name)) is not None
    }
    if "lora" in given:
        given["prompt"] = f"{given['prompt']} {given.pop('lora')}"
    defaults = services.defaults.model_copy(update=dict(kind.defaults))
    asked = {name: value for name, value in given.items() if name in GenerationSettings.model_fields}
    named = known_names(services.engine, given)
    if "strength" in given and "image" not in given:
        raise InvalidRequestError.of("strength", "needs_image")
    if given.get("nsfw") and not call.allows_nsfw:
        raise InvalidRequestError.of("nsfw", "not_here")
    return validated(
        GenerationRequest,
        {
            "account": call.caller.account,
            "type": kind.name,
            "prompt": given["prompt"],
            "negative_prompt": given.get("negative_prompt", ""),
            "settings": {**defaults.model_dump(), **asked, **named, **_size(defaults, given)},
            "input_images": tuple(picture.id for picture in _pictures(given)),
            "origin": call.origin,
            "nsfw": given.get("nsfw", False),
            "parameters": {one.name: given.get(one.name, one.default) for one in kind.inputs},
        },
    )


def _pictures(given: Mapping[str, Any]) -> list[StoredImage]:
    """Return the pictures that were given. Raises `InvalidRequestError` for a mask of nothing."""
    if "mask" in given and "image" not in given:
        raise InvalidRequestError.of("image", "missing", example="--image photo.jpg")
    return [given[name] for name in PICTURES if name in given]


def _size(defaults: GenerationSettings, given: Mapping[str, Any]) -> dict[str, int]:
    """Return the sides that the arguments ask for, directly or by a ratio."""
    width, height = given.get("width"), given.get("height")
    ratio = _asked_ratio(given)
    if "aspect_ratio" in given and width and height:
        raise InvalidRequestError.of("aspect_ratio", "either", other="--width with --height")
    if ratio is None or (width and height):
        return {}
    if width:
        return {"height": _side(width / ratio)}
    if height:
        return {"width": _side(height * ratio)}
    area = defaults.width * defaults.height
    return {"width": _side(math.sqrt(area * ratio)), "height": _side(math.sqrt(area / ratio))}


def _asked_ratio(given: Mapping[str, Any]) -> float | None:
    if "aspect_ratio" in given:
        width, height = given["aspect_ratio"].split(":")
        return int(width) / int(height)
    image: StoredImage | None = given.get("image")
    if image is not None:
        return min(max(image.width / image.height, 1 / RATIO_MOST), RATIO_MOST)
    return None


def _side(pixels: float) -> int:
    return min(max(round(pixels / SIDE_STEP) * SIDE_STEP, SIDE_LEAST), SIDE_MOST)


GENERATE = Command(
    "generate",
    "Make a picture",
    GenerateArguments,
    generate,
    aliases=("imagine", "make"),
    examples=(
        "/generate a red fox in the snow",
        "/generate a lighthouse in a storm, watercolour --ar 16:9 --n 4",
        "/generate a castle at sunset --no moon --seed 7 --steps 30",
    ),
)

PRICE = Command("price", "Say what a picture would cost", GenerateArguments, price)
